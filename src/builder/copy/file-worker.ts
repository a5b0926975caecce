import { Worker } from 'node:worker_threads';

import { EngineError, workerFile } from '../../base/index.ts';
import type { ErrorCode } from '../../base/index.ts';
import type { CopyJob, Job, MakeFolderJob, ScanJob, ScanResult } from './types.ts';

interface JobError {
  readonly code: ErrorCode;
  readonly message: string;
}

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A thread that looks through and copies files, so that the engine's own does not block. Started when first needed; idle, it does not keep the process alive. */
export class FileWorker implements AsyncDisposable {
  #worker: Worker | undefined;
  readonly #pending = new Map<number, Pending>();
  #last = 0;

  scan(job: ScanJob): Promise<ScanResult> {
    return this.#run(job) as Promise<ScanResult>;
  }

  async copy(job: CopyJob | MakeFolderJob): Promise<void> {
    await this.#run(job);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker?.terminate();
  }

  #run(job: Job): Promise<unknown> {
    this.#worker ??= this.#start();
    const id = ++this.#last;
    const done = new Promise((resolve, reject) => this.#pending.set(id, { resolve, reject }));
    this.#worker.ref();
    this.#worker.postMessage({ id, job }, []);
    return done;
  }

  #start(): Worker {
    const worker = new Worker(workerFile(import.meta.url, 'build-files.worker'));
    worker.on('message', ({ id, result, error }: { id: number; result?: unknown; error?: JobError }) => this.#settle(id, result, error));
    worker.on('error', (error) => this.#fail(error));
    worker.on('exit', () => this.#fail(new EngineError('UNAVAILABLE', 'the build worker ended')));
    return worker;
  }

  #settle(id: number, result: unknown, error: JobError | undefined): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (this.#pending.size === 0) this.#worker?.unref();
    if (error === undefined) pending?.resolve(result);
    else pending?.reject(new EngineError(error.code, error.message));
  }

  #fail(error: unknown): void {
    this.#worker = undefined;
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of waiting) reject(error);
  }
}
