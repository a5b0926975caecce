import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { EngineError, systemCode } from '../base/index.ts';
import { cgroupDir, cgroupHost } from '../linux/index.ts';

/** The control group of one container, on either version of the kernel's interface. */
export interface ContainerCgroup {
  readonly version: 1 | 2;
  /** A file's text, or undefined where this host or controller has no such file. */
  read(controller: string, file: string): string | undefined;
  /** Writes a limit. FAILED_PRECONDITION when the container is gone, INVALID_ARGUMENT when the kernel refuses the value. */
  write(controller: string, file: string, value: string | number): void;
  pids(): number[];
  freeze(): Promise<void>;
  thaw(): Promise<void>;
}

const freezePatienceMs = 10_000;

/** The group at a `cgroupsPath` of a specification, "/slipway/ID" for example. */
export function containerCgroup(path: string): ContainerCgroup {
  const { version } = cgroupHost();
  const read = (controller: string, file: string): string | undefined => {
    const dir = cgroupDir(path, controller);
    return dir === undefined ? undefined : readOptional(`${dir}/${file}`);
  };
  const write = (controller: string, file: string, value: string | number): void => {
    const dir = cgroupDir(path, controller);
    if (dir === undefined) throw new EngineError('NOT_IMPLEMENTED', `This host has no ${controller} control groups`);
    writeLimit(`${dir}/${file}`, String(value));
  };
  const freezer = version === 2 ? { file: 'cgroup.freeze', frozen: '1', thawed: '0' } : { file: 'freezer.state', frozen: 'FROZEN', thawed: 'THAWED' };
  const isFrozen = (): boolean =>
    version === 2 ? /^frozen 1$/m.test(read('freezer', 'cgroup.events') ?? '') : read('freezer', 'freezer.state')?.trim() === 'FROZEN';
  return {
    version,
    read,
    write,
    pids: () => lines(read(version === 2 ? '' : 'pids', 'cgroup.procs') ?? read('freezer', 'cgroup.procs')).map(Number),
    async freeze() {
      write('freezer', freezer.file, freezer.frozen);
      await until(isFrozen);
    },
    async thaw() {
      write('freezer', freezer.file, freezer.thawed);
      await until(() => !isFrozen());
    },
  };
}

/** The kernel freezes task by task and tells nobody when it is done on v1: reading the state is what moves it on. */
async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + freezePatienceMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new EngineError('INTERNAL', 'the processes of the container could not be stopped');
    await delay(1);
  }
}

function writeLimit(file: string, value: string): void {
  try {
    writeFileSync(file, value);
  } catch (error) {
    const code = systemCode(error) ?? 'unknown error';
    if (code === 'ENOENT' || code === 'ENODEV') throw new EngineError('FAILED_PRECONDITION', 'the container is not running', { cause: error });
    throw new EngineError('INVALID_ARGUMENT', `failed to write ${JSON.stringify(value)} to ${JSON.stringify(file)}: ${code}`, { cause: error });
  }
}

function readOptional(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = systemCode(error) ?? '';
    if (['ENOENT', 'ENODEV', 'EOPNOTSUPP', 'EINVAL'].includes(code)) return undefined;
    throw error;
  }
}

function lines(text: string | undefined): string[] {
  return (text ?? '').split('\n').filter((line) => line !== '');
}
