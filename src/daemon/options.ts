import { parseArgs } from 'node:util';
import { EngineError } from '../base/index.ts';
import type { AddressPool } from '../network/index.ts';
import { parseHostAddress } from './http/host-address.ts';
import type { HostAddress } from './http/host-address.ts';

/** How an engine is set up; several with different ones run side by side. */
export interface DaemonOptions {
  readonly dataRoot: string;
  readonly execRoot: string;
  readonly hosts: readonly HostAddress[];
  /** Names of bridges and host ends of links begin with it. */
  readonly bridgePrefix: string;
  /** Empty: Docker's own pools. */
  readonly addressPools: readonly AddressPool[];
  readonly nftTable: string;
  readonly pidFile: string;
  readonly logDriver: 'json-file' | 'local' | 'none';
  readonly logOptions: Readonly<Record<string, string>>;
  readonly insecureRegistries: readonly string[];
  readonly registryMirrors: readonly string[];
  /** Lives as long as its standard input: then it removes every container, network and file of its roots. */
  readonly ephemeral: boolean;
  readonly debug: boolean;
}

/** Where an engine keeps things when nobody says otherwise. */
export const defaultOptions: DaemonOptions = {
  dataRoot: '/var/lib/slipway',
  execRoot: '/run/slipway',
  hosts: [{ kind: 'unix', path: '/run/slipway/slipway.sock' }],
  bridgePrefix: 'slw',
  addressPools: [],
  nftTable: 'slipway',
  pidFile: '/run/slipway/slipway.pid',
  logDriver: 'json-file',
  logOptions: {},
  insecureRegistries: [],
  registryMirrors: [],
  ephemeral: false,
  debug: false,
};

/** The flags of `slipway engine`, with what `--help` says of each. */
export const engineFlags = {
  'data-root': { type: 'string', help: 'Directory of images, volumes and records (default "/var/lib/slipway")' },
  'exec-root': { type: 'string', help: 'Directory of what lives until the next boot (default "/run/slipway")' },
  host: {
    type: 'string',
    short: 'H',
    multiple: true,
    help: 'Socket to listen on: unix:///path or tcp://127.0.0.1:port; may be repeated (default "unix:///run/slipway/slipway.sock")',
  },
  'bridge-prefix': { type: 'string', help: 'Beginning of the names of bridges and links, at most 8 characters (default "slw")' },
  'address-pool': { type: 'string', multiple: true, help: 'Pool for new networks: base=CIDR,size=BITS; may be repeated' },
  'nft-table': { type: 'string', help: 'Name of the nftables table (default "slipway")' },
  pidfile: { type: 'string', help: 'File for the process id (default "slipway.pid" in the exec root)' },
  'log-driver': { type: 'string', help: 'Log driver of containers that name none: json-file, local or none (default "json-file")' },
  'log-opt': { type: 'string', multiple: true, help: 'Option of the default log driver: max-size=20m' },
  'insecure-registry': { type: 'string', multiple: true, help: 'Registry that may be spoken to without TLS, or with any certificate: host[:port] or CIDR' },
  'registry-mirror': { type: 'string', multiple: true, help: 'Mirror of the hub: https://host[:port]' },
  ephemeral: { type: 'boolean', help: 'End with standard input, and leave nothing behind: for engines that belong to a program' },
  debug: { type: 'boolean', short: 'D', help: 'Log every request' },
  help: { type: 'boolean', short: 'h', help: 'Show this text' },
} as const;

/** Reads the flags. INVALID_ARGUMENT for unknown and malformed ones; undefined when help was asked for. */
export function parseDaemonOptions(argv: readonly string[]): DaemonOptions | undefined {
  const values = readFlags(argv);
  if (values.help) return undefined;
  const execRoot = absolute('exec-root', values['exec-root'] ?? defaultOptions.execRoot);
  const options: DaemonOptions = {
    dataRoot: absolute('data-root', values['data-root'] ?? defaultOptions.dataRoot),
    execRoot,
    hosts: values.host?.map(parseHostAddress) ?? defaultOptions.hosts,
    bridgePrefix: values['bridge-prefix'] ?? defaultOptions.bridgePrefix,
    addressPools: values['address-pool']?.map(parsePool) ?? [],
    nftTable: values['nft-table'] ?? defaultOptions.nftTable,
    pidFile: values.pidfile ?? `${execRoot}/slipway.pid`,
    logDriver: logDriver(values['log-driver'] ?? 'json-file'),
    logOptions: Object.fromEntries((values['log-opt'] ?? []).map(pair)),
    insecureRegistries: values['insecure-registry'] ?? [],
    registryMirrors: values['registry-mirror'] ?? [],
    ephemeral: values.ephemeral ?? false,
    debug: values.debug ?? false,
  };
  if (!/^[a-z][a-z0-9]{0,7}$/.test(options.bridgePrefix))
    throw wrong(`--bridge-prefix "${options.bridgePrefix}": at most 8 lower-case letters and digits, a letter first`);
  if (!/^[a-zA-Z][\w-]*$/.test(options.nftTable)) throw wrong(`--nft-table "${options.nftTable}": letters, digits, - and _, a letter first`);
  return options;
}

function readFlags(argv: readonly string[]): ReturnType<typeof parseArgs<{ options: typeof engineFlags; strict: true }>>['values'] {
  try {
    return parseArgs({ args: [...argv], options: engineFlags, strict: true }).values;
  } catch (cause) {
    throw wrong(cause instanceof Error ? cause.message : String(cause));
  }
}

function parsePool(text: string): AddressPool {
  const { base, size } = Object.fromEntries(text.split(',').map(pair));
  if (!base || !/^\S+\/\d{1,3}$/.test(base) || !size || !/^\d{1,3}$/.test(size)) throw wrong(`--address-pool "${text}": write base=172.30.0.0/16,size=24`);
  return { base, size: Number(size) };
}

function pair(text: string): [string, string] {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function logDriver(name: string): DaemonOptions['logDriver'] {
  if (name === 'json-file' || name === 'local' || name === 'none') return name;
  throw wrong(`--log-driver "${name}": use json-file, local or none`);
}

function absolute(flag: string, path: string): string {
  if (!path.startsWith('/')) throw wrong(`--${flag} "${path}": an absolute path is needed`);
  return path.replace(/(.)\/+$/, '$1');
}

function wrong(message: string): EngineError {
  return new EngineError('INVALID_ARGUMENT', message);
}

/** The text of `slipway engine --help`. */
export function engineHelp(): string {
  const lines = Object.entries(engineFlags).map(([name, flag]) => {
    const short = 'short' in flag ? `-${flag.short}, ` : '    ';
    return `  ${short}--${`${name}${flag.type === 'string' ? ' string' : ''}`.padEnd(26)} ${flag.help}`;
  });
  return `Usage:  slipway engine [OPTIONS]\n\nRun the engine in the foreground\n\nOptions:\n${lines.join('\n')}\n`;
}
