import { EngineError, isEngineError } from '../base/index.ts';
import type { Wire } from './wire.ts';

/** The body of an answer. Reading it drives the wire, so that a slow reader holds the engine back. It is read once: to its end, or until `destroy`. */
export class Body implements AsyncIterable<Buffer> {
  readonly #wire: Wire;
  readonly #parts: AsyncGenerator<Buffer>;
  readonly #onEnd: (whole: boolean) => void;
  #over = false;

  /** @param onEnd called once; `whole` when the wire stands at the next response */
  constructor(wire: Wire, parts: AsyncGenerator<Buffer>, onEnd: (whole: boolean) => void) {
    this.#wire = wire;
    this.#parts = parts;
    this.#onEnd = onEnd;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    let whole = false;
    try {
      for await (const part of this.#parts) yield part;
      whole = true;
    } catch (error) {
      if (isEngineError(error)) throw error;
      throw new EngineError('UNAVAILABLE', `connection to the engine failed: ${(error as Error).message}`, { cause: error });
    } finally {
      this.#finish(whole);
    }
  }

  /** All of it. */
  async bytes(): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const part of this) parts.push(part);
    return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
  }

  /** All of it as UTF-8. */
  async text(): Promise<string> {
    return (await this.bytes()).toString();
  }

  /** Reads no further; the connection is closed. A read that waits ends. */
  destroy(): void {
    this.#finish(false);
  }

  #finish(whole: boolean): void {
    if (this.#over) return;
    this.#over = true;
    if (!whole) this.#wire.destroy();
    this.#onEnd(whole);
  }
}
