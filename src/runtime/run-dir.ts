import { closeSync, mkdirSync, openSync, readFileSync, unlinkSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { systemCode } from '../base/index.ts';
import { connectUnix, fdPath } from '../linux/index.ts';
import type { HostProcess } from './host-process.ts';
import { formatNanos } from './time.ts';
import type { TaskExit } from './types.ts';

/**
 * The run state of one container, `EXEC_ROOT/containers/ID`:
 *
 *   config.json   the OCI specification
 *   runtime.log   what crun or runc had to say
 *   pid           written by the runtime
 *   started       "pid startTime startedNs", written by the shim
 *   exit          "code exitedNs oomKills", written by the shim
 *   shim.sock     control and attach connections, while the process runs
 */
export interface StartedFacts {
  readonly process: HostProcess;
  readonly startedAt: string;
}

/** What a run leaves behind and the next one must not find. */
const leftovers = ['exit', 'started', 'pid', 'runtime.log', 'shim.sock'];

/** Makes the directory, or clears what an earlier run left in it. */
export function prepareRunDir(dir: string): void {
  try {
    mkdirSync(dir, { mode: 0o700 });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    for (const name of leftovers) unlinkIfThere(`${dir}/${name}`);
  }
}

export async function removeRunDir(dir: string): Promise<void> {
  await rm(dir, { recursive: true, force: true });
}

/** Connects to the container's shim, however long the path is; undefined when no shim listens. */
export function connectShim(dir: string): Socket | undefined {
  let handle: number;
  try {
    handle = openSync(dir, 'r');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return new Socket({ fd: connectUnix(fdPath(handle, 'shim.sock')), readable: true, writable: true, allowHalfOpen: true });
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ECONNREFUSED') return undefined;
    throw error;
  } finally {
    closeSync(handle);
  }
}

export function readStarted(dir: string): StartedFacts | undefined {
  const text = readIfThere(`${dir}/started`);
  return text === undefined ? undefined : parseStarted(text);
}

export function readExit(dir: string): TaskExit | undefined {
  const text = readIfThere(`${dir}/exit`);
  return text === undefined ? undefined : parseExit(text);
}

/** The text of an S frame and of the file `started`. */
export function parseStarted(text: string): StartedFacts {
  const [pid = '', startTime = '', started = '0'] = text.split(' ');
  return { process: { pid: Number(pid), startTime: Number(startTime) }, startedAt: formatNanos(BigInt(started)) };
}

/** The text of an X frame and of the file `exit`. */
export function parseExit(text: string): TaskExit {
  const [code = '', exited = '0', kills = '0'] = text.split(' ');
  return { exitCode: Number(code), exitedAt: formatNanos(BigInt(exited)), oomKilled: kills !== '0' };
}

export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
}
