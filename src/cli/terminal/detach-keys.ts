import { ExitError } from '../parse/usage-error.ts';

const DEFAULT_KEYS = 'ctrl-p,ctrl-q';

/** The bytes of a detach sequence such as "ctrl-p,ctrl-q" or "ctrl-\\,x". Ends the command when a key is unknown. */
export function parseDetachKeys(text: string): Buffer {
  const codes = (text || DEFAULT_KEYS).split(',').map((key) => {
    if (Array.from(key).length === 1) return key.codePointAt(0) ?? 0;
    const letter = /^ctrl-(.)$/.exec(key)?.[1];
    const code =
      letter === undefined
        ? -1
        : 'abcdefghijklmnopqrstuvwxyz'.includes(letter)
          ? letter.charCodeAt(0) - 96
          : '@[\\]^_'.indexOf(letter) < 0
            ? -1
            : letter.charCodeAt(0) & 0x1f;
    if (code < 0) throw new ExitError(1, `invalid detach keys (${text}): Unknown character: '${key}'`);
    return code;
  });
  return Buffer.from(codes);
}

/** Watches what is typed for a key sequence. Keys that only begin it are held back until it is clear that they do not. */
export class DetachFilter {
  readonly #keys: Buffer;
  #matched = 0;

  constructor(keys: Buffer) {
    this.#keys = keys;
  }

  /** The bytes to pass on, and whether the sequence is complete. */
  push(chunk: Uint8Array): { pass: Buffer; detached: boolean } {
    const pass: number[] = [];
    for (const byte of chunk) {
      if (byte === this.#keys[this.#matched]) {
        if (++this.#matched === this.#keys.length) return { pass: Buffer.from(pass), detached: true };
        continue;
      }
      pass.push(...this.#keys.subarray(0, this.#matched));
      this.#matched = byte === this.#keys[0] ? 1 : 0;
      if (this.#matched === 0) pass.push(byte);
    }
    return { pass: Buffer.from(pass), detached: false };
  }
}
