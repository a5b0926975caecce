import { readFileSync } from 'node:fs';
import { messageOf } from '../../base/index.ts';
import type { TlsOptions } from '../../client/index.ts';
import type { ConfigFile } from '../config/config-file.ts';
import type { Flags } from '../parse/flags.ts';
import { ExitError } from '../parse/usage-error.ts';

/** The socket of the engine that starts on demand. */
export const defaultSocket = '/run/slipway/slipway.sock';

/** Where an engine is. `own` is true for the default socket: an engine may be started there. */
export interface Endpoint {
  readonly host: string;
  readonly tls?: TlsOptions;
  readonly own: boolean;
  readonly context: string;
}

/** The name of the context in use: -c, DOCKER_CONTEXT, config.json; "default" when a host is given or nothing is set. */
export function currentContext(globals: Flags, config: () => ConfigFile, env: NodeJS.ProcessEnv): string {
  if (globals.changed('context')) return globals.string('context');
  if (globals.changed('host') || hostOf(env)) return 'default';
  return env['DOCKER_CONTEXT'] || config().values.currentContext || 'default';
}

/** The engine that a call speaks to: -H, -c, SLIPWAY_HOST, DOCKER_HOST, the context in use, the default socket. */
export async function resolveEndpoint(globals: Flags, config: () => ConfigFile, env: NodeJS.ProcessEnv): Promise<Endpoint> {
  const [host, second] = globals.list('host');
  if (second !== undefined) throw new ExitError(1, 'Specify only one -H');
  if (host !== undefined && globals.changed('context')) throw new ExitError(1, 'conflicting options: cannot specify both --host and --context');
  const context = currentContext(globals, config, env);
  if (context !== 'default') return await contextEndpoint(context, config());
  const chosen = host ?? hostOf(env);
  const tls = flagTls(globals, config, env);
  if (chosen === undefined) return { host: `unix://${defaultSocket}`, own: true, context, ...(tls ? { tls } : {}) };
  return { host: withScheme(chosen, tls !== undefined), own: false, context, ...(tls ? { tls } : {}) };
}

function hostOf(env: NodeJS.ProcessEnv): string | undefined {
  return env['SLIPWAY_HOST'] || env['DOCKER_HOST'] || undefined;
}

async function contextEndpoint(name: string, config: ConfigFile): Promise<Endpoint> {
  const { ContextStore, tlsOptions } = await import('../config/context-store.ts');
  const store = new ContextStore(config.directory);
  const meta = store.find(name);
  if (!meta) {
    throw new ExitError(
      1,
      `Failed to initialize: unable to resolve docker endpoint: context ${JSON.stringify(name)}: context not found: open ${store.metaPath(name)}/meta.json: no such file or directory`,
    );
  }
  const endpoint = meta.Endpoints['docker'];
  const tls = tlsOptions(store.tlsFiles(name), endpoint?.SkipTLSVerify ?? false);
  return { host: endpoint?.Host || `unix://${defaultSocket}`, own: !endpoint?.Host, context: name, ...(tls ? { tls } : {}) };
}

function withScheme(host: string, tls: boolean): string {
  if (/^\w+:\/\//.test(host)) return host;
  return `tcp://${/:\d+$/.test(host) ? host : `${host}:${tls ? 2376 : 2375}`}`;
}

function flagTls(globals: Flags, config: () => ConfigFile, env: NodeJS.ProcessEnv): TlsOptions | undefined {
  const verify = globals.changed('tlsverify') ? globals.bool('tlsverify') : Boolean(env['DOCKER_TLS_VERIFY']);
  if (!verify && !globals.bool('tls')) return undefined;
  const directory = env['DOCKER_CERT_PATH'] || config().directory;
  const read = (flag: string, name: string): string | undefined => readPem(globals.string(flag) || `${directory}/${name}`, globals.changed(flag));
  const ca = read('tlscacert', 'ca.pem');
  const cert = read('tlscert', 'cert.pem');
  const key = read('tlskey', 'key.pem');
  return { verify, ...(ca === undefined ? {} : { ca }), ...(cert === undefined ? {} : { cert }), ...(key === undefined ? {} : { key }) };
}

function readPem(file: string, wanted: boolean): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (!wanted) return undefined;
    throw new ExitError(1, `could not read TLS file ${file}: ${messageOf(error)}`);
  }
}
