import { isIP } from 'node:net';

import { EngineError } from '../base/index.ts';
import type { PortBinding, SandboxRequest } from './types.ts';

/** One port to publish: on `hostIp` ("" for every address), on one of the host ports `first`–`last`; 0 asks for any free one. */
export interface PortRequest {
  protocol: string;
  containerPort: number;
  hostIp: string;
  first: number;
  last: number;
}

/** "80/tcp" → {80, "tcp"}; the protocol may be missing. Throws INVALID_ARGUMENT. */
export function parsePort(text: string): { port: number; protocol: string } {
  const match = /^(\d{1,5})(?:\/(tcp|udp|sctp))?$/i.exec(text);
  const port = Number(match?.[1] ?? 0);
  if (!match || port < 1 || port > 65535) throw new EngineError('INVALID_ARGUMENT', `invalid port specification: ${JSON.stringify(text)}`);
  return { port, protocol: (match[2] ?? 'tcp').toLowerCase() };
}

/** Every port that the request publishes: its bindings, and with publishAllPorts each exposed port that has none. */
export function portRequests(request: SandboxRequest): PortRequest[] {
  const bindings = request.portBindings ?? {};
  const wanted = Object.entries(bindings).flatMap(([text, list]) => {
    const { port, protocol } = parsePort(text);
    const ends = list ?? [];
    return (ends.length === 0 && request.publishAllPorts ? [{}] : ends).map((end) => bindingOf(protocol, port, end));
  });
  if (!request.publishAllPorts) return wanted;
  const bound = new Set(Object.keys(bindings).map(keyOf));
  const open = Object.keys(request.exposedPorts ?? {}).filter((text) => !bound.has(keyOf(text)));
  return [...wanted, ...open.map((text) => ({ protocol: parsePort(text).protocol, containerPort: parsePort(text).port, hostIp: '', first: 0, last: 0 }))];
}

/** "80" and "80/TCP" are one port: "80/tcp". */
export function keyOf(text: string): string {
  const { port, protocol } = parsePort(text);
  return `${port}/${protocol}`;
}

function bindingOf(protocol: string, containerPort: number, { HostIp: hostIp = '', HostPort = '' }: PortBinding): PortRequest {
  if (hostIp && !isIP(hostIp)) throw new EngineError('INVALID_ARGUMENT', `invalid IP address: ${hostIp}`);
  const { first, last } = hostRange(HostPort);
  return { protocol, containerPort, hostIp, first, last };
}

function hostRange(text: string): { first: number; last: number } {
  if (text === '' || text === '0') return { first: 0, last: 0 };
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  const first = Number(match?.[1]);
  const last = Number(match?.[2] ?? match?.[1]);
  if (!match || first < 1 || last > 65535 || last < first) throw new EngineError('INVALID_ARGUMENT', `invalid port specification: ${JSON.stringify(text)}`);
  return { first, last };
}
