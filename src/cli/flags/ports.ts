import type { PortBinding } from '../../api/index.ts';
import { isIP } from './ip.ts';

/** What --publish and --expose come to: exposed ports, and where they are bound. Keys are "80/tcp". */
export interface PublishedPorts {
  readonly exposed: Record<string, Record<string, never>>;
  readonly bindings: Record<string, PortBinding[]>;
}

/** Reads -p values: "[ip:][hostPort]:port[/proto]" with ranges, or "target=80,published=8080". Throws with Docker's words. */
export function parsePublish(specs: readonly string[]): PublishedPorts {
  const published: PublishedPorts = { exposed: {}, bindings: {} };
  for (const spec of specs.flatMap((one) => (one.includes('=') ? longForm(one) : [one]))) addSpec(published, spec);
  return published;
}

/** Reads --expose values: "80", "80/udp", "7000-7010". Throws with Docker's words. */
export function parseExpose(specs: readonly string[]): Record<string, Record<string, never>> {
  const exposed: Record<string, Record<string, never>> = {};
  for (const spec of specs) {
    if (spec.includes(':')) throw new Error(`invalid port format for --expose: ${spec}`);
    const [range = '', protocol = 'tcp'] = spec.split('/');
    let ports: readonly number[];
    try {
      ports = portRange(range);
    } catch (error) {
      throw new Error(`invalid range format for --expose: ${spec}, error: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
    for (const port of ports) exposed[`${port}/${protocol.toLowerCase()}`] = {};
  }
  return exposed;
}

function addSpec({ exposed, bindings }: PublishedPorts, spec: string): void {
  const { ip, host, container } = splitSpec(spec);
  const [range = '', proto = 'tcp', ...more] = container.split('/');
  if (range === '') throw new Error(`no port specified: ${spec}<empty>`);
  const address = checkedAddress(ip);
  const inner = attempt(() => portRange(range), `Invalid containerPort: ${range}`);
  const outer = host === '' ? [] : attempt(() => portRange(host), `Invalid hostPort: ${host}`);
  const protocol = proto.toLowerCase();
  if (more.length > 0 || !['tcp', 'udp', 'sctp'].includes(protocol)) throw new Error(`Invalid proto: ${[proto, ...more].join('/')}`);
  const oneOfMany = inner.length === 1 && outer.length > 1;
  if (outer.length > 0 && outer.length !== inner.length && !oneOfMany) {
    throw new Error(`Invalid ranges specified for container and host Ports: ${range} and ${host}`);
  }
  inner.forEach((port, at) => {
    const key = `${port}/${protocol}`;
    exposed[key] = {};
    (bindings[key] ??= []).push({ HostIp: address, HostPort: oneOfMany ? host : String(outer[at] ?? '') });
  });
}

function splitSpec(spec: string): { ip: string; host: string; container: string } {
  const parts = spec.split(':');
  const container = parts.at(-1) ?? '';
  if (parts.length === 1) return { ip: '', host: '', container };
  return { ip: parts.slice(0, -2).join(':'), host: parts.at(-2) ?? '', container };
}

function checkedAddress(ip: string): string {
  if (ip === '') return '';
  const bare = /^\[(.*)\]$/.exec(ip)?.[1];
  if (bare === undefined && ip.includes(':')) {
    if (isIP(ip)) return ip;
    throw new Error(`Invalid ip address ${ip}: address ${ip}:: too many colons in address`);
  }
  const address = bare ?? ip;
  if (!isIP(address)) throw new Error(`Invalid ip address: ${address}`);
  return address;
}

function longForm(spec: string): string[] {
  const fields = new Map(spec.split(',').map((field) => [field.split('=')[0] ?? '', field.split('=')[1] ?? '']));
  for (const name of fields.keys()) if (!['protocol', 'mode', 'target', 'published'].includes(name)) throw new Error(`invalid field key ${name}`);
  return [`${fields.get('published') ?? ''}:${fields.get('target') ?? ''}/${fields.get('protocol') ?? 'tcp'}`];
}

function portRange(text: string): readonly number[] {
  if (text === '') throw new Error('empty string specified for ports');
  const [first = '', last = first, ...more] = text.split('-');
  const [start, end] = [portNumber(first), portNumber(last)];
  if (more.length > 0) throw new Error(`strconv.ParseUint: parsing "${[last, ...more].join('-')}": invalid syntax`);
  if (end < start) throw new Error(`invalid range specified for port: ${text}`);
  return Array.from({ length: end - start + 1 }, (_, at) => start + at);
}

function portNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`);
  if (Number(text) > 65_535) throw new Error(`strconv.ParseUint: parsing ${JSON.stringify(text)}: value out of range`);
  return Number(text);
}

function attempt<T>(work: () => T, message: string): T {
  try {
    return work();
  } catch (cause) {
    throw new Error(message, { cause });
  }
}
