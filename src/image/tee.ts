/** One source for two readers. */
export interface Tee {
  readonly first: AsyncIterable<Buffer>;
  readonly second: AsyncIterable<Buffer>;
  /** Tells that the second will not be read any more, or never was. */
  readonly closeSecond: () => void;
}

/** One source read by two, at the pace of the slower: none is more than a few chunks ahead. When one stops early, the other goes on. */
export function tee(source: AsyncIterable<Buffer>): Tee {
  const shared = new Shared(source);
  return { first: shared.branch(0), second: shared.branch(1), closeSecond: () => shared.close(1) };
}

/** Chunks that one branch may be ahead of the other. */
const lead = 32;

class Shared {
  readonly #source: AsyncIterator<Buffer>;
  readonly #queues: readonly [Buffer[], Buffer[]] = [[], []];
  readonly #open: [boolean, boolean] = [true, true];
  #reading: Promise<void> | undefined;
  #ended = false;
  #error: unknown;
  #wake: () => void = () => {};

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async *branch(self: 0 | 1): AsyncGenerator<Buffer> {
    const other = self === 0 ? 1 : 0;
    try {
      for (;;) {
        const chunk = this.#queues[self].shift();
        this.#wake();
        if (chunk) yield chunk;
        else if (this.#ended) break;
        else if (this.#open[other] && this.#queues[other].length >= lead) await new Promise<void>((resolve) => (this.#wake = resolve));
        else await this.#read();
      }
      if (this.#error !== undefined) throw this.#error;
    } finally {
      this.close(self);
      if (!this.#open[other] && !this.#ended) await this.#source.return?.();
    }
  }

  close(side: 0 | 1): void {
    this.#open[side] = false;
    this.#queues[side].length = 0;
    this.#wake();
  }

  async #read(): Promise<void> {
    this.#reading ??= this.#readOne().finally(() => (this.#reading = undefined));
    await this.#reading;
  }

  async #readOne(): Promise<void> {
    try {
      const { done, value } = await this.#source.next();
      if (done) this.#ended = true;
      else for (const side of [0, 1] as const) if (this.#open[side]) this.#queues[side].push(value);
    } catch (error) {
      this.#ended = true;
      this.#error = error;
    }
  }
}
