import { Transform } from 'node:stream';
import type { TransformCallback } from 'node:stream';
import { invalid } from './invalid.ts';

/** Docker's own: ctrl-p, ctrl-q. */
const usual = 'ctrl-p,ctrl-q';

/** Reads "ctrl-p,ctrl-q" or "a,b" into bytes. INVALID_ARGUMENT in Docker's words. Source: moby/term ascii.go. */
export function parseDetachKeys(text: string): Buffer {
  return Buffer.from((text || usual).split(',').map((key) => keyCode(key, text)));
}

const special: Readonly<Record<string, number>> = { '@': 0, '[': 27, '\\': 28, ']': 29, '^': 30, _: 31 };

function keyCode(key: string, keys: string): number {
  if (key.length === 1) return key.charCodeAt(0);
  const name = /^ctrl-(.)$/i.exec(key)?.[1]?.toLowerCase();
  const code = name === undefined ? undefined : /[a-z]/.test(name) ? name.charCodeAt(0) - 96 : special[name];
  if (code === undefined) throw invalid(`Invalid escape keys (${keys}) provided`);
  return code;
}

/** Lets input through until the detach keys come; then `onDetach` is called and the keys themselves are swallowed. */
export class DetachFilter extends Transform {
  #matched = 0;
  readonly #keys: Buffer;
  readonly #onDetach: () => void;

  constructor(keys: Buffer, onDetach: () => void) {
    super();
    this.#keys = keys;
    this.#onDetach = onDetach;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, callback: TransformCallback): void {
    const passed: number[] = [];
    for (const byte of chunk) {
      if (byte === this.#keys[this.#matched]) {
        this.#matched++;
        if (this.#matched < this.#keys.length) continue;
        if (passed.length > 0) this.push(Buffer.from(passed));
        this.#onDetach();
        callback();
        return;
      }
      passed.push(...this.#keys.subarray(0, this.#matched));
      this.#matched = byte === this.#keys[0] ? 1 : 0;
      if (this.#matched === 0) passed.push(byte);
    }
    callback(null, passed.length > 0 ? Buffer.from(passed) : undefined);
  }
}
