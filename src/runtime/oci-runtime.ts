import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { EngineError, messageOf } from '../base/index.ts';
import { cgroupHost } from '../linux/index.ts';
import { runProgram } from './run-program.ts';
import { SeccompCache } from './seccomp-cache.ts';
import { selfTest } from './self-test.ts';
import type { RuntimeOptions, RuntimeSpec } from './types.ts';
import type { Zygote } from './zygote.ts';

/** An OCI runtime of this host: crun, or runc. */
export interface OciRuntime {
  readonly name: string;
  /** Absolute path of the program. */
  readonly path: string;
  readonly version: string;
  readonly commit: string;
  /** Directory of the runtime's own state. */
  readonly root: string;
  /** It must not see the v2 hierarchy of a hybrid host. */
  readonly hideUnified: boolean;
  /** Makes a specification fit this runtime: a precompiled seccomp filter for crun. */
  prepare(spec: RuntimeSpec): Promise<RuntimeSpec>;
}

/** The runtimes that were found, the default one first. */
export interface OciRuntimes {
  readonly default: OciRuntime;
  readonly byName: ReadonlyMap<string, OciRuntime>;
}

const searchPath = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** Finds crun and runc, and makes the first one that can run a container on this host the default. FAILED_PRECONDITION when none can. */
export async function findOciRuntimes(zygote: Zygote, options: RuntimeOptions): Promise<OciRuntimes> {
  const found = (await Promise.all([crun(zygote, options), runc(zygote, options)])).filter((runtime) => runtime !== undefined);
  const failures: string[] = [];
  for (const runtime of found) {
    try {
      await selfTest(zygote, runtime, options);
      return { default: runtime, byName: new Map(found.map((each) => [each.name, each])) };
    } catch (error) {
      failures.push(`${runtime.path}: ${messageOf(error)}`);
    }
  }
  const why = failures.length === 0 ? 'neither crun nor runc is installed (apt install crun)' : failures.join('; ');
  throw new EngineError('FAILED_PRECONDITION', `No OCI runtime can start containers on this host: ${why}`);
}

async function crun(zygote: Zygote, options: RuntimeOptions): Promise<OciRuntime | undefined> {
  const path = findProgram('crun');
  if (path === undefined) return undefined;
  const text = await versionText(zygote, path);
  const version = /crun version (\S+)/.exec(text)?.[1] ?? 'unknown';
  const base = {
    name: 'crun',
    path,
    version,
    commit: /commit: (\S+)/.exec(text)?.[1] ?? '',
    root: join(options.execRoot, 'crun'),
    hideUnified: cgroupHost().hybrid,
  };
  const filters = new SeccompCache(zygote, base, options);
  return {
    ...base,
    async prepare(spec) {
      const { seccomp, ...linux } = spec.linux;
      if (seccomp === undefined) return spec;
      const compiled = await filters.compiled(seccomp as never);
      return { ...spec, linux, annotations: { ...spec.annotations, 'run.oci.seccomp_bpf_data': compiled } };
    },
  };
}

async function runc(zygote: Zygote, options: RuntimeOptions): Promise<OciRuntime | undefined> {
  const path = findProgram('runc');
  if (path === undefined) return undefined;
  const text = await versionText(zygote, path);
  return {
    name: 'runc',
    path,
    version: /runc version (\S+)/.exec(text)?.[1] ?? 'unknown',
    commit: /commit: (\S+)/.exec(text)?.[1] ?? '',
    root: join(options.execRoot, 'runc'),
    hideUnified: false,
    prepare: async (spec) => withoutX32(spec),
  };
}

/** Compiling the filter for x32 doubles runc's start time; without it a call in that mode is refused, which is the safe side. */
function withoutX32(spec: RuntimeSpec): RuntimeSpec {
  const seccomp = spec.linux['seccomp'] as { architectures?: string[] } | undefined;
  if (seccomp?.architectures === undefined) return spec;
  return { ...spec, linux: { ...spec.linux, seccomp: { ...seccomp, architectures: seccomp.architectures.filter((name) => name !== 'SCMP_ARCH_X32') } } };
}

async function versionText(zygote: Zygote, path: string): Promise<string> {
  return (await runProgram(zygote, [path, '--version'])).stdout.toString();
}

function findProgram(name: string): string | undefined {
  return searchPath.map((dir) => join(dir, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // not there, or not for us: the next directory may have it
  }
}
