import { closeSync, constants, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../base/index.ts';
import { tryLock } from '../linux/index.ts';

/** Claims a data root for this process until disposed, or until the process is gone. FAILED_PRECONDITION, naming the other engine, when it is taken. */
export function lockDataRoot(dataRoot: string): Disposable {
  mkdirSync(dataRoot, { recursive: true, mode: 0o711 });
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
