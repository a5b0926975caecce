import { readFileSync } from 'node:fs';
import { openNamedContext } from '../../../build-context/index.ts';
import type { ImageBuildOptions } from '../../../client/index.ts';
import { parseBytes } from '../../flags/bytes.ts';
import { parseUlimit } from '../../flags/devices.ts';
import { fileError, proxyVariables } from '../../flags/env.ts';
import { keyValues, splitPair } from '../../flags/key-values.ts';
import type { Invocation } from '../../invocation.ts';
import type { Flags } from '../../parse/flags.ts';
import { splitComma } from '../../parse/split-comma.ts';
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
  builder: 'there is one builder, "default"',
};

/** Ends the command when a flag would have no effect, and names what to do instead. */
export function refuseUnsupported(flags: Flags): void {
  for (const [name, instead] of Object.entries(refused)) {
    if (flags.changed(name) && !['', 'false', 'default'].includes(flags.string(name))) throw new ExitError(1, `--${name} is not supported: ${instead}`);
  }
  const method = flags.string('call');
  if (!['build', 'check', 'outline', 'targets'].includes(method))
    throw new ExitError(1, `--call=${method} is not supported: "build", "check", "outline" and "targets" are`);
  if (flags.list('platform').length > 1) throw new ExitError(1, 'multiple platforms are not supported: build one at a time, each with its own --platform');
}

/** What a build is asked for by its flags. */
export function buildOptions({ flags, config, env }: Invocation): ImageBuildOptions {
  const size = (name: string): number | undefined => (flags.string(name) === '' ? undefined : parseBytes(flags.string(name)));
  const number = (name: string): number | undefined => flags.int(name) || undefined;
  const text = (name: string): string | undefined => flags.string(name) || undefined;
  return {
    tags: flags.list('tag'),
    target: text('target'),
    buildArgs: { ...keyValues(proxyVariables(config(), env['SLIPWAY_HOST'] ?? '', [])), ...buildArgs(flags, env) },
    labels: keyValues(flags.list('label')),
    noCache: flags.bool('no-cache'),
    noCacheFilter: flags.list('no-cache-filter'),
    cacheFrom: flags.list('cache-from'),
    pull: flags.bool('pull'),
    platform: flags.list('platform')[0] ?? (env['DOCKER_DEFAULT_PLATFORM'] || undefined),
    networkMode: flags.string('network'),
    extraHosts: flags.list('add-host').map((one) => one.replace(/^([^=:]+)=/, '$1:')),
    memory: size('memory'),
    memorySwap: size('memory-swap'),
    shmSize: size('shm-size'),
    cpuShares: number('cpu-shares'),
    cpuPeriod: number('cpu-period'),
    cpuQuota: number('cpu-quota'),
    cpusetCpus: text('cpuset-cpus'),
    cpusetMems: text('cpuset-mems'),
    cgroupParent: text('cgroup-parent'),
    ulimits: flags.list('ulimit').map(parseUlimit),
    secrets: secrets(flags, env),
    contexts: contexts(flags),
  };
}

/** "NAME" alone hands the caller's variable in; null takes it away where there is none. */
function buildArgs(flags: Flags, env: NodeJS.ProcessEnv): Record<string, string | null> {
  return Object.fromEntries(flags.list('build-arg').map((one) => (one.includes('=') ? splitPair(one) : [one, env[one] ?? null])));
}

/** "id=token,src=file" or "id=token,env=NAME"; without either, the file or variable of the id's name. */
function secrets(flags: Flags, env: NodeJS.ProcessEnv): Map<string, Uint8Array> {
  return new Map(
    flags.list('secret').map((spec) => {
      const fields = new Map(splitComma(spec).map(splitPair));
      for (const name of fields.keys())
        if (!['type', 'id', 'src', 'source', 'env'].includes(name)) throw new ExitError(1, `failed to parse secret: unexpected key '${name}' in '${spec}'`);
      const id = fields.get('id') ?? '';
      if (id === '') throw new ExitError(1, `failed to parse secret: id is required in '${spec}'`);
      const file = fields.get('src') ?? fields.get('source');
      const variable = fields.get('env') ?? (file === undefined && env[id] !== undefined ? id : undefined);
      return [id, variable === undefined ? readSecret(file ?? id) : Buffer.from(env[variable] ?? '')] as const;
    }),
  );
}

function readSecret(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new ExitError(1, `failed to read secret: ${fileError('open', file, error).message}`);
  }
}

function contexts(flags: Flags): Map<string, AsyncIterable<Uint8Array> | string> {
  return new Map(
    flags.list('build-context').map((spec) => {
      const [name, place] = splitPair(spec);
      if (name === '' || place === '') throw new ExitError(1, `invalid context value: ${spec}, expected key=value`);
      if (/^(https?|git|ssh|oci-layout|target):/.test(place))
        throw new ExitError(1, `build context ${spec} is not supported: give a folder or docker-image://NAME`);
      return [name, place.startsWith('docker-image://') ? place : openNamedContext(place)] as const;
    }),
  );
}
