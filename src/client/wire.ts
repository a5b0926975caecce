import type { ByteStream } from './types.ts';

/** What a wire needs of the socket below it. */
export interface Line {
  /** False when the socket is full; `Wire.drained` is called when it no longer is. */
  send(bytes: Uint8Array): boolean;
  pause(): void;
  resume(): void;
  end(): void;
  destroy(): void;
  /** Whether the socket keeps the process alive. */
  hold(held: boolean): void;
}

/** Beyond this, what arrived and nobody read holds the engine back. */
const FULL_BYTES = 256 << 10;

/** A byte stream to an engine, as little as HTTP needs of one: a command line that lives for 30 ms has no time to load the runtime's streams. One reader at a time. */
export class Wire implements ByteStream {
  #line: Line | undefined;
  readonly #arrived: Buffer[] = [];
  #arrivedBytes = 0;
  #full = false;
  #ended = false;
  #failure: Error | undefined;
  #wakeReader: (() => void) | undefined;
  #writers: (() => void)[] = [];
  /** Called once, when nothing more comes. */
  onEnd: (() => void) | undefined;

  /** Sets the socket; until then nothing may be written. */
  over(line: Line): this {
    this.#line = line;
    return this;
  }

  /** True when nothing more comes. */
  get ended(): boolean {
    return this.#ended;
  }

  /** True when the other side has neither gone nor said anything that was not asked for. */
  get quiet(): boolean {
    return !this.#ended && this.#arrivedBytes === 0;
  }

  /** The next bytes; undefined at the end. Rejects when the connection broke. */
  async read(): Promise<Buffer | undefined> {
    while (this.#arrived.length === 0 && !this.#ended) await new Promise<void>((resolve) => (this.#wakeReader = resolve));
    const bytes = this.#arrived.shift();
    if (!bytes) {
      if (this.#failure) throw this.#failure;
      return undefined;
    }
    this.#arrivedBytes -= bytes.length;
    if (this.#full && this.#arrivedBytes < FULL_BYTES) {
      this.#full = false;
      this.#line?.resume();
    }
    return bytes;
  }

  /** Gives back what was read too much: it is read next. */
  unread(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#arrived.unshift(bytes);
    this.#arrivedBytes += bytes.length;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    try {
      for (let bytes = await this.read(); bytes; bytes = await this.read()) yield bytes;
    } finally {
      this.destroy();
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#ended || !this.#line || this.#line.send(bytes)) return;
    await new Promise<void>((resolve) => this.#writers.push(resolve));
  }

  end(): void {
    if (!this.#ended) this.#line?.end();
  }

  destroy(error?: Error): void {
    this.finished(error);
    this.#line?.destroy();
  }

  hold(held: boolean): void {
    this.#line?.hold(held);
  }

  /** Tells that bytes came from the socket. */
  received(bytes: Buffer): void {
    if (this.#ended) return;
    this.#arrived.push(bytes);
    this.#arrivedBytes += bytes.length;
    if (!this.#full && this.#arrivedBytes >= FULL_BYTES) {
      this.#full = true;
      this.#line?.pause();
    }
    this.#wakeReader?.();
  }

  /** Tells that nothing more comes: the other side ended, or `error` broke the connection. The first telling counts. */
  finished(error?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#failure = error;
    this.#wakeReader?.();
    this.drained();
    this.onEnd?.();
  }

  /** Tells that the socket takes more. */
  drained(): void {
    for (const resolve of this.#writers.splice(0)) resolve();
  }
}
