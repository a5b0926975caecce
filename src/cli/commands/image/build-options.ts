import type { ImageBuildOptions } from '../../../client/index.ts';
import { parseBytes } from '../../flags/bytes.ts';
import { parseUlimit } from '../../flags/devices.ts';
import { proxyVariables } from '../../flags/env.ts';
import { keyValues, splitPair } from '../../flags/key-values.ts';
import type { Invocation } from '../../invocation.ts';
import type { Flags } from '../../parse/flags.ts';
import { ExitError } from '../../parse/usage-error.ts';
import { readContexts, readSecrets } from './build-secrets.ts';

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

/** What the flags of a call ask the engine for. Flags that would have no effect end the command with what to do instead. */
export function buildOptions(call: Invocation): ImageBuildOptions {
  const { flags, env } = call;
  for (const [name, instead] of Object.entries(refused)) {
    if (flags.changed(name) && !['', 'false', 'default'].includes(flags.string(name))) throw new ExitError(1, `--${name} is not supported: ${instead}`);
  }
  const platforms = flags.list('platform');
  if (platforms.length > 1) throw new ExitError(1, 'multiple platforms are not supported: build one at a time, each with its own --platform');
  return {
    tags: flags.list('tag'),
    target: flags.string('target'),
    buildArgs: { ...keyValues(proxyVariables(call.config(), env['SLIPWAY_HOST'] ?? '', [])), ...buildArgs(flags, env) },
    labels: keyValues(flags.list('label')),
    noCache: flags.bool('no-cache'),
    noCacheFilter: flags.list('no-cache-filter'),
    cacheFrom: flags.list('cache-from'),
    pull: flags.bool('pull'),
    platform: platforms[0] ?? env['DOCKER_DEFAULT_PLATFORM'],
    networkMode: flags.string('network'),
    extraHosts: flags.list('add-host').map((host) => host.replace('=', ':')),
    cgroupParent: flags.string('cgroup-parent') || undefined,
    memory: size(flags, 'memory'),
    memorySwap: size(flags, 'memory-swap'),
    shmSize: size(flags, 'shm-size'),
    cpuShares: flags.int('cpu-shares') || undefined,
    cpuPeriod: flags.int('cpu-period') || undefined,
    cpuQuota: flags.int('cpu-quota') || undefined,
    cpusetCpus: flags.string('cpuset-cpus') || undefined,
    cpusetMems: flags.string('cpuset-mems') || undefined,
    ulimits: flags.list('ulimit').map(parseUlimit),
    secrets: readSecrets(flags.list('secret'), env),
    contexts: readContexts(flags.list('build-context')),
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
