import { isIP } from 'node:net';
import { EngineError } from '../../base/index.ts';

/** Where a server listens. */
export type HostAddress = { readonly kind: 'unix'; readonly path: string } | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

/** Reads "unix:///run/x.sock" and "tcp://127.0.0.1:2375". INVALID_ARGUMENT for anything else, and for addresses that others can reach: there is no TLS here. */
export function parseHostAddress(text: string): HostAddress {
  const unix = /^unix:\/\/(\/.+)$/.exec(text);
  if (unix?.[1]) return socketPath(unix[1]);
  const tcp = /^tcp:\/\/(?:\[([0-9a-f:.]+)\]|([^:/]*)):(\d{1,5})\/?$/i.exec(text);
  if (tcp) return { kind: 'tcp', host: loopback(text, tcp[1] ?? (tcp[2] || '127.0.0.1')), port: Number(tcp[3]) };
  throw new EngineError('INVALID_ARGUMENT', `invalid host address "${text}": use unix:///path/to.sock or tcp://127.0.0.1:port`);
}

function loopback(text: string, host: string): string {
  if (host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)) return host;
  const advice = 'use a loopback address, and ssh://user@host from other machines';
  throw new EngineError('INVALID_ARGUMENT', `host address "${text}": whoever reaches it without TLS rules this machine; ${advice}`);
}

/** True for a `Host` header that names this machine as a client of a loopback address would: another name is a page's that had it point here. */
export function isLocalHost(header: string | undefined): boolean {
  const name = (header ?? 'localhost').replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || name.endsWith('.localhost') || isIP(name) !== 0;
}

/** The text form: "unix:///run/x.sock". */
export function formatHostAddress(address: HostAddress): string {
  if (address.kind === 'unix') return `unix://${address.path}`;
  return `tcp://${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
}

/** sun_path of sockaddr_un holds 108 bytes with the closing zero. */
function socketPath(path: string): HostAddress {
  if (Buffer.byteLength(path) > 107) throw new EngineError('INVALID_ARGUMENT', `socket path is longer than 107 bytes: "${path}"`);
  return { kind: 'unix', path };
}
