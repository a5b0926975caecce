import { chmodSync, closeSync, constants, ftruncateSync, mkdirSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../base/index.ts';
import { tryLock } from '../linux/index.ts';

/**
 * Claims a data root for this process until disposed, or until the process is gone; other users of the machine cannot enter it: set-id programs
 * that a container puts into a volume are not for them (CVE-2021-41091). FAILED_PRECONDITION, naming the other engine, when it is taken.
 */
export function lockDataRoot(dataRoot: string): Disposable {
  mkdirSync(dataRoot, { recursive: true, mode: 0o710 });
  chmodSync(dataRoot, statSync(dataRoot).mode & 0o770);
  const file = join(dataRoot, 'engine.lock');
  const fd = openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600);
  if (!tryLock(fd)) {
    closeSync(fd);
    const holder = readFileSync(file, 'utf8').trim() || 'unknown';
    throw new EngineError(
      'FAILED_PRECONDITION',
      `The data root "${dataRoot}" is in use by another engine (process ${holder}). Stop that one, or choose another --data-root.`,
    );
  }
  ftruncateSync(fd);
  writeSync(fd, `${process.pid}\n`);
  return { [Symbol.dispose]: () => closeSync(fd) };
}
