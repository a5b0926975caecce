import { availableParallelism } from 'node:os';
import { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';

import { Semaphore, workerFile } from '../base/index.ts';
import { trimMemory } from '../linux/index.ts';
import type { Job, JobResult } from './job.ts';
import { ChunkSender, WorkerLink } from './worker-link.ts';

/** How a job is followed. */
export interface JobOptions {
  /** Bytes for a job that has no file; read to its end, or closed. */
  readonly source?: AsyncIterable<Uint8Array> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Bytes of the source that were taken so far. */
  readonly onProgress?: ((sizeBytes: number) => void) | undefined;
}

/** Time after which a thread without work is given up. */
const idleMs = 10_000;

/** Threads that may wait for bytes from elsewhere: a client that sends slowly must not keep others from unpacking. */
const fedLimit = 16;

/** Threads for layer work: as many as processors for what lies on disk, some more for what comes as a stream. They start when there is work, and keep neither the process alive nor memory for long. */
export class WorkerPool {
  readonly #busy = new Semaphore(availableParallelism());
  readonly #fed = new Semaphore(fedLimit);
  readonly #idle = new Map<Worker, NodeJS.Timeout>();

  /** Does a job in a thread of its own. An abort ends the thread; what it wrote stays, half-done. */
  async run(job: Job, options: JobOptions = {}): Promise<JobResult> {
    using _ = await (options.source ? this.#fed : this.#busy).acquire(options.signal);
    const worker = this.#take();
    const link = new WorkerLink(worker);
    const sender = new ChunkSender();
    const stop = (): void => link.fail(options.signal?.reason ?? new Error('aborted'));
    options.signal?.addEventListener('abort', stop, { once: true });
    let reusable = false;
    try {
      link.send({ kind: 'job', job });
      if (options.source) void sender.send(link, options.source);
      let taken = 0;
      const result = await link.result((sizeBytes) => {
        sender.ack(sizeBytes);
        options.onProgress?.((taken += sizeBytes));
      });
      // A thread that did not take all it was sent has an inbox that nobody knows.
      reusable = !options.source || sender.finished;
      return result;
    } catch (error) {
      throw sender.error ?? error;
    } finally {
      sender.stop();
      options.signal?.removeEventListener('abort', stop);
      this.#give(worker, link, reusable);
    }
  }

  /** The bytes that a `diff` job sends. Destroying the stream ends the job. */
  stream(job: Extract<Job, { kind: 'diff' }>): Readable {
    return Readable.from(this.#chunks(job), { objectMode: false, highWaterMark: 1 << 20 });
  }

  async *#chunks(job: Job): AsyncGenerator<Uint8Array> {
    using _ = await this.#fed.acquire();
    const worker = this.#take();
    const link = new WorkerLink(worker);
    let whole = false;
    try {
      link.send({ kind: 'job', job });
      for (let message = await link.next(); message.kind !== 'done'; message = await link.next()) {
        if (message.kind !== 'chunk') continue;
        yield message.bytes;
        link.send({ kind: 'ack', sizeBytes: message.bytes.length });
      }
      whole = true;
    } finally {
      this.#give(worker, link, whole);
    }
  }

  #take(): Worker {
    for (const [worker, timer] of this.#idle) {
      clearTimeout(timer);
      this.#idle.delete(worker);
      return worker;
    }
    const worker = new Worker(workerFile(import.meta.url, 'layer.worker'), { trackUnmanagedFds: false });
    worker.on('error', () => this.#idle.delete(worker)).on('exit', () => this.#idle.delete(worker));
    return worker;
  }

  #give(worker: Worker, link: WorkerLink, reusable: boolean): void {
    link.release();
    if (!reusable) return void worker.terminate();
    const timer = setTimeout(() => {
      this.#idle.delete(worker);
      void worker.terminate().then(trimMemory);
    }, idleMs);
    timer.unref();
    this.#idle.set(worker, timer);
  }
}

/** The threads that all stores of the process share. */
export const layerThreads: WorkerPool = new WorkerPool();
