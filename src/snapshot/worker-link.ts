import type { Worker } from 'node:worker_threads';

import { EngineError } from '../base/index.ts';
import type { ErrorCode } from '../base/index.ts';
import { windowBytes } from './job.ts';
import type { FromWorker, JobResult, ToWorker } from './job.ts';
import { MessageQueue } from './message-queue.ts';

/** The messages of one job with one thread. */
export class WorkerLink {
  readonly #worker: Worker;
  readonly #inbox = new MessageQueue<FromWorker | { readonly kind: 'lost'; readonly error: unknown }>();
  readonly #onMessage = (message: FromWorker): void => this.#inbox.push(message);
  readonly #onError = (error: unknown): void => this.fail(error);
  readonly #onExit = (): void => this.fail(new EngineError('INTERNAL', 'the layer thread ended'));

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.ref();
    worker.on('message', this.#onMessage).on('error', this.#onError).on('exit', this.#onExit);
  }

  send(message: ToWorker, transfer: ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  /** Makes `next` reject. */
  fail(error: unknown): void {
    this.#inbox.push({ kind: 'lost', error });
  }

  /** The next message. Rejects when the job failed or its thread is lost. */
  async next(): Promise<Exclude<FromWorker, { kind: 'failed' }>> {
    const message = await this.#inbox.next();
    if (message.kind === 'lost') throw message.error;
    if (message.kind === 'failed') throw new EngineError(message.code as ErrorCode, message.message, { details: message.details });
    return message;
  }

  /** Follows an extraction to its end. */
  async result(onAck: (sizeBytes: number) => void): Promise<JobResult> {
    for (let message = await this.next(); ; message = await this.next()) {
      if (message.kind === 'done') return message.result;
      if (message.kind === 'ack') onAck(message.sizeBytes);
    }
  }

  release(): void {
    this.#worker.off('message', this.#onMessage).off('error', this.#onError).off('exit', this.#onExit);
    this.#worker.unref();
  }
}

/** Sends the bytes of a source to a thread, no more than a window ahead. */
export class ChunkSender {
  #onTheWay = 0;
  #goOn: () => void = () => {};
  #stopped = false;
  /** True once all was sent. */
  finished = false;
  /** Why the source broke. */
  error: unknown;

  ack(sizeBytes: number): void {
    this.#onTheWay -= sizeBytes;
    if (this.#onTheWay <= windowBytes) this.#goOn();
  }

  /** Sends no more; the source is closed at its next chunk. */
  stop(): void {
    this.#stopped = true;
    this.#goOn();
  }

  /** Never rejects: a source that breaks makes the job fail, and `error` tells why. */
  async send(link: WorkerLink, source: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      for await (const chunk of source) {
        if (this.#stopped) return;
        // A copy: others may share the memory of the chunk.
        const bytes = new Uint8Array(chunk);
        this.#onTheWay += bytes.length;
        link.send({ kind: 'chunk', bytes }, [bytes.buffer]);
        if (this.#onTheWay > windowBytes) await new Promise<void>((resolve) => (this.#goOn = resolve));
      }
      this.finished = true;
      link.send({ kind: 'end' });
    } catch (error) {
      this.error = error;
      link.send({ kind: 'broken' });
    }
  }
}
