import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError, nativeFile, randomId } from '../base/index.ts';
import { runProgram } from './run-program.ts';
import { runtimeErrorText } from './runtime-error.ts';
import { formatSpec } from './spec.ts';
import type { RuntimeSpec } from './types.ts';
import type { Zygote } from './zygote.ts';

/** Enough of an OCI runtime to call its program. */
export interface RuntimeProgram {
  readonly path: string;
  readonly root: string;
  readonly hideUnified: boolean;
}

/** A short-lived container that holds nothing but the static `slipway-shim`; what the runtime is asked about itself is asked with it. */
export interface ScratchContainer extends AsyncDisposable {
  readonly id: string;
  /** `create` keeps it waiting; `run` lets it print its own /proc/self/status. Rejects with the runtime's own words. */
  create(spec: RuntimeSpec): Promise<void>;
  run(spec: RuntimeSpec): Promise<string>;
}

/** Makes the bundle below `execRoot`; disposing deletes container and bundle. */
export function openScratchContainer(zygote: Zygote, program: RuntimeProgram, execRoot: string): ScratchContainer {
  const id = `scratch-${randomId().slice(0, 16)}`;
  const bundle = join(execRoot, id);
  const rootfs = join(bundle, 'rootfs');
  mkdirSync(rootfs, { recursive: true, mode: 0o700 });
  copyFileSync(nativeFile('slipway-shim'), join(rootfs, 'slipway-shim'));
  const log = join(bundle, 'log');
  const call = async (verb: string, spec: RuntimeSpec, quiet: boolean): Promise<string> => {
    // A control group of its own: another engine's self-test, which ends by killing all that is in its group, may run at this moment.
    const own = { ...spec, root: { path: rootfs }, linux: { ...spec.linux, cgroupsPath: `/slipway/${id}` } };
    writeFileSync(join(bundle, 'config.json'), formatSpec(own));
    const argv = [program.path, '--root', program.root, '--log', log, '--log-format', 'json', verb, '--bundle', bundle, id];
    const result = await runProgram(zygote, argv, { hideUnified: program.hideUnified, quiet });
    if (result.exitCode === 0) return result.stdout.toString();
    throw new EngineError('FAILED_PRECONDITION', runtimeErrorText(readLog(log)) ?? `exit code ${result.exitCode}: ${result.stderr.toString().trim()}`);
  };
  return {
    id,
    create: async (spec) => void (await call('create', spec, true)),
    run: (spec) => call('run', spec, false),
    async [Symbol.asyncDispose]() {
      await runProgram(zygote, [program.path, '--root', program.root, 'delete', '-f', id], { hideUnified: program.hideUnified });
      rmSync(bundle, { recursive: true, force: true });
    },
  };
}

/** The smallest specification in which a static program runs with Docker's walls around it. */
export function scratchSpec(seccomp: unknown): RuntimeSpec {
  return {
    ociVersion: '1.0.2',
    process: { user: { uid: 0, gid: 0 }, args: ['/slipway-shim', 'selftest'], env: [], cwd: '/', noNewPrivileges: false },
    root: { path: 'rootfs' },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'noexec', 'nodev'] },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'] },
    ],
    linux: {
      cgroupsPath: '/slipway/scratch',
      namespaces: ['mount', 'network', 'uts', 'pid', 'ipc'].map((type) => ({ type })),
      ...(seccomp === undefined ? {} : { seccomp }),
    },
  };
}

function readLog(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // the runtime did not get as far as opening it
  }
}
