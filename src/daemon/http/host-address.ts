import { EngineError } from '../../base/index.ts';

/** Where a server listens. */
export type HostAddress = { readonly kind: 'unix'; readonly path: string } | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

/** Reads "unix:///run/x.sock" and "tcp://127.0.0.1:2375". INVALID_ARGUMENT for anything else. */
export function parseHostAddress(text: string): HostAddress {
  const unix = /^unix:\/\/(\/.+)$/.exec(text);
  if (unix?.[1]) return socketPath(unix[1]);
  const tcp = /^tcp:\/\/(?:\[([0-9a-f:.]+)\]|([^:/]*)):(\d{1,5})\/?$/i.exec(text);
  if (tcp) return { kind: 'tcp', host: tcp[1] ?? (tcp[2] || '127.0.0.1'), port: Number(tcp[3]) };
  throw new EngineError('INVALID_ARGUMENT', `invalid host address "${text}": use unix:///path/to.sock or tcp://address:port`);
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
