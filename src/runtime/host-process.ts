import { readFileSync } from 'node:fs';
import { EngineError, systemCode } from '../base/index.ts';

/** A process that a pid alone does not name for ever: pids are used again, a start time is not. */
export interface HostProcess {
  readonly pid: number;
  /** Field 22 of /proc/PID/stat, in clock ticks since boot; 0 when it had ended before anybody looked. */
  readonly startTime: number;
}

/** True while exactly this process exists and has not ended (a zombie has). */
export function isAlive(process: HostProcess): boolean {
  const fields = statFields(process.pid);
  return fields !== undefined && fields.state !== 'Z' && fields.state !== 'X' && fields.startTime === process.startTime;
}

/** Sends a signal, or throws FAILED_PRECONDITION when the process is gone. */
export function signalProcess(target: HostProcess, signal: number): void {
  if (!isAlive(target)) throw new EngineError('FAILED_PRECONDITION', 'process already finished');
  try {
    process.kill(target.pid, signal);
  } catch (error) {
    if (systemCode(error) === 'ESRCH') throw new EngineError('FAILED_PRECONDITION', 'process already finished', { cause: error });
    throw error;
  }
}

function statFields(pid: number): { state: string; startTime: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' '); // the name before it may hold spaces and parentheses
    return { state: fields[0] ?? '', startTime: Number(fields[19]) };
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ESRCH') return undefined;
    throw error;
  }
}
