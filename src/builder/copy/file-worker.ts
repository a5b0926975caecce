import { Worker } from 'node:worker_threads';

import { EngineError, workerFile } from '../../base/index.ts';
import type { ErrorCode } from '../../base/index.ts';
import { copyFiles } from './copy-files.ts';
import type { CopyJob, Job, ScanJob, ScanResult } from './types.ts';

const SMALL_FILES = 20;
const SMALL_BYTES = 1 << 20;

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

  /** A small copy is done at once: shorter than the way to the thread and back. */
  async copy(job: CopyJob): Promise<void> {
    if (isSmall(job)) copyFiles(job);
    else await this.#run(job);
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
    const worker = new Worker(workerFile(import.meta.url, 'build-files.worker'), { trackUnmanagedFds: false });
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

function isSmall({ selected }: CopyJob): boolean {
  let files = 0;
  let sizeBytes = 0;
  for (const { entries } of selected) {
    files += entries.length;
    if (files > SMALL_FILES) return false;
    for (const { node } of entries) sizeBytes += node.sizeBytes;
  }
  return sizeBytes <= SMALL_BYTES;
}
