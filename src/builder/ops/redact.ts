/** Hides secret bytes in a stream of output, also where a secret is cut by the end of a chunk. Values shorter than six bytes are left alone: they would hide ordinary words. */
export class Redactor {
  readonly #secrets: readonly Buffer[];
  #held: Buffer = Buffer.alloc(0);

  constructor(secrets: Iterable<Uint8Array>) {
    this.#secrets = [...secrets].map((bytes) => trimmed(Buffer.from(bytes))).filter((bytes) => bytes.length >= 6);
  }

  /** The bytes that may be shown now. */
  push(chunk: Uint8Array): Uint8Array {
    if (this.#secrets.length === 0) return chunk;
    const text = this.#replaced(Buffer.concat([this.#held, chunk]));
    const keep = this.#unfinished(text);
    this.#held = text.subarray(text.length - keep);
    return text.subarray(0, text.length - keep);
  }

  /** What was held back at the end of the stream. */
  end(): Uint8Array {
    const rest = this.#held;
    this.#held = Buffer.alloc(0);
    return rest;
  }

  #replaced(text: Buffer): Buffer {
    let result = text;
    for (const secret of this.#secrets) {
      for (let at = result.indexOf(secret); at >= 0; at = result.indexOf(secret, at))
        result = Buffer.concat([result.subarray(0, at), Buffer.from('***'), result.subarray(at + secret.length)]);
    }
    return result;
  }

  /** Length of the longest end of `text` that is the beginning of a secret. */
  #unfinished(text: Buffer): number {
    let longest = 0;
    for (const secret of this.#secrets) {
      for (let length = Math.min(secret.length - 1, text.length); length > longest; length--) {
        if (text.subarray(text.length - length).equals(secret.subarray(0, length))) longest = length;
      }
    }
    return longest;
  }
}

/** A file's last line break is no part of the secret. */
function trimmed(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 10 || bytes[end - 1] === 13)) end--;
  return bytes.subarray(0, end);
}
