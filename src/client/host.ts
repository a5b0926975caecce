import { EngineError } from '../base/index.ts';

/** An engine's address, taken apart. `prefix` is the path before /v1.51, "" as a rule. */
export type Host =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly hostname: string; readonly port: number; readonly secure: boolean; readonly prefix: string }
  | { readonly kind: 'ssh'; readonly target: string; readonly port: number | undefined; readonly socket: string | undefined };

/** Parses "unix:///run/x.sock", "tcp://host:2375", "http(s)://…", "ssh://user@host[:port][/socket]", ":2375" or a bare path. */
export function parseHost(text: string): Host {
  const [, scheme = '', rest = ''] = /^(?:([a-z]+):\/\/)?(.*)$/s.exec(text) ?? [];
  switch (scheme) {
    case 'unix':
      return { kind: 'unix', path: rest.startsWith('/') ? rest : `/${rest}` };
    case '':
      return text.startsWith('/') ? { kind: 'unix', path: text } : tcp(`tcp://${text}`);
    case 'tcp':
    case 'http':
    case 'https':
      return tcp(text);
    case 'ssh':
      return ssh(text);
    default:
      throw new EngineError('INVALID_ARGUMENT', `unable to parse docker host \`${text}\`: this client speaks unix, tcp, http, https and ssh`);
  }
}

function tcp(text: string): Host {
  const url = toUrl(text.replace(/^tcp:/, 'http:'), text);
  const secure = url.protocol === 'https:';
  const port = Number(url.port) || (text.startsWith('tcp:') ? 2375 : secure ? 443 : 80);
  const hostname = url.hostname.replace(/^\[|\]$/g, '') || '127.0.0.1';
  return { kind: 'tcp', hostname, port, secure, prefix: url.pathname.replace(/\/+$/, '') };
}

function ssh(text: string): Host {
  const url = toUrl(text, text);
  const user = url.username ? `${decodeURIComponent(url.username)}@` : '';
  const target = `${user}${url.hostname}`;
  if (target.startsWith('-')) throw new EngineError('INVALID_ARGUMENT', `unable to parse docker host \`${text}\`: host starts with "-"`);
  const socket = url.pathname.length > 1 ? url.pathname : undefined;
  return { kind: 'ssh', target, port: url.port ? Number(url.port) : undefined, socket };
}

function toUrl(text: string, shown: string): URL {
  // ":2375" names a port of this machine.
  const parsed = URL.parse(text.replace(/^(\w+:\/\/):/, '$1127.0.0.1:'));
  if (!parsed) throw new EngineError('INVALID_ARGUMENT', `unable to parse docker host \`${shown}\``);
  return parsed;
}
