import type { Query } from '../../../client/index.ts';
import { parseBytes } from '../../flags/bytes.ts';
import { parseUlimit } from '../../flags/devices.ts';
import { proxyVariables } from '../../flags/env.ts';
import { keyValues, splitPair } from '../../flags/key-values.ts';
import type { Invocation } from '../../invocation.ts';
import type { Flags } from '../../parse/flags.ts';
import { ExitError } from '../../parse/usage-error.ts';

/** Flags that ask for something this builder does not do, and what to do instead. */
const refused: Readonly<Record<string, string>> = {
  'cache-to': 'the cache stays in the engine, where every build finds it',
  attest: 'no attestations are made',
  provenance: 'no attestations are made',
  sbom: 'no attestations are made; write the image to a file with "slipway save" and give it to a scanner',
  annotation: 'images have labels: use --label',
  allow: 'RUN steps get no further rights',
  ssh: 'hand what is needed in with --secret',
  isolation: 'Linux has one kind of isolation',
  'security-opt': 'RUN steps run with the default profile',
  squash: 'copy what is needed into a last stage with COPY --from',
};

/** The query of POST /build for the flags of a call. Flags that would have no effect end the command with what to do instead. */
export function buildQuery({ flags, config, env }: Invocation): Query {
  for (const [name, instead] of Object.entries(refused)) if (flags.changed(name) && !['', 'false', 'default'].includes(flags.string(name))) throw new ExitError(1, `--${name} is not supported: ${instead}`);
  const args = { ...keyValues(proxyVariables(config(), env['SLIPWAY_HOST'] ?? '', [])), ...buildArgs(flags, env) };
  const platforms = flags.list('platform');
  if (platforms.length > 1) throw new ExitError(1, 'multiple platforms are not supported: build one at a time, each with its own --platform');
  return {
    t: flags.list('tag'),
    q: flags.bool('quiet') || undefined,
    nocache: flags.bool('no-cache') || undefined,
    'no-cache-filter': flags.list('no-cache-filter'),
    pull: flags.bool('pull') || undefined,
    rm: true,
    buildargs: JSON.stringify(args),
    labels: JSON.stringify(keyValues(flags.list('label'))),
    cachefrom: JSON.stringify(flags.list('cache-from')),
    target: flags.string('target') || undefined,
    platform: platforms[0] ?? (env['DOCKER_DEFAULT_PLATFORM'] || undefined),
    networkmode: flags.string('network'),
    extrahosts: flags.list('add-host').map((one) => one.replace('=', ':')),
    cgroupparent: flags.string('cgroup-parent') || undefined,
    memory: size(flags, 'memory'),
    memswap: size(flags, 'memory-swap'),
    shmsize: size(flags, 'shm-size'),
    cpushares: flags.int('cpu-shares') || undefined,
    cpuperiod: flags.int('cpu-period') || undefined,
    cpuquota: flags.int('cpu-quota') || undefined,
    cpusetcpus: flags.string('cpuset-cpus') || undefined,
    cpusetmems: flags.string('cpuset-mems') || undefined,
    ulimits: flags.changed('ulimit') ? JSON.stringify(flags.list('ulimit').map(parseUlimit)) : undefined,
  };
}

/** "NAME" alone hands the caller's variable in; null takes it away where there is none. */
function buildArgs(flags: Flags, env: NodeJS.ProcessEnv): Record<string, string | null> {
  return Object.fromEntries(flags.list('build-arg').map((one) => (one.includes('=') ? splitPair(one) : [one, env[one] ?? null])));
}

function size(flags: Flags, name: string): number | undefined {
  const text = flags.string(name);
  return text === '' ? undefined : parseBytes(text);
}
