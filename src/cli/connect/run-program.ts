import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** Runs a program on this process's streams, hands signals on to it, and gives its exit code (128 + signal for one that a signal ended). */
export async function runProgram(program: string, args: readonly string[], options: { readonly stdin?: 'inherit' | 'ignore' } = {}): Promise<number> {
  const child = spawn(program, args, { stdio: [options.stdin ?? 'inherit', 'inherit', 'inherit'] });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once('error', reject);
  child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  const hand = (signal: NodeJS.Signals): void => void child.kill(signal);
  const signals = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2'] as const;
  for (const signal of signals) process.on(signal, hand);
  try {
    return await promise;
  } finally {
    for (const signal of signals) process.off(signal, hand);
  }
}
