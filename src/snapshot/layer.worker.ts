import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { parentPort } from 'node:worker_threads';

import { EngineError, isEngineError, messageOf } from '../base/index.ts';
import { decompress, TarParser } from '../tar/index.ts';
import { layerTar } from './diff-walk.ts';
import { Extractor } from './extract.ts';
import type { FromWorker, Job, JobResult, ToWorker } from './job.ts';
import { windowBytes } from './job.ts';
import { MessageQueue } from './message-queue.ts';

/* The thread that writes and reads layers: synchronous file calls, one job at a time. */

if (!parentPort) throw new Error('this file is the entry of a worker thread');
const port = parentPort;
const inbox = new MessageQueue<ToWorker>();
port.on('message', (message: ToWorker) => inbox.push(message));

function send(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

async function serve(): Promise<never> {
  for (;;) {
    const message = await inbox.next();
    if (message.kind === 'job') await perform(message.job);
  }
}

async function perform(job: Job): Promise<void> {
  try {
    send({ kind: 'done', result: job.kind === 'extract' ? await extract(job) : await diff(job) });
  } catch (error) {
    const details = isEngineError(error) ? error.details : { stack: error instanceof Error ? error.stack : undefined };
    send({ kind: 'failed', code: isEngineError(error) ? error.code : 'INTERNAL', message: messageOf(error), details });
  }
}

async function extract(job: Extract<Job, { kind: 'extract' }>): Promise<JobResult> {
  using extractor = new Extractor(job.directory, job.options);
  const parser = new TarParser(extractor);
  const hash = job.digest ? createHash('sha256') : undefined;
  for await (const chunk of decompress(job.file === undefined ? sent() : fromFile(job.file))) {
    hash?.update(chunk);
    parser.write(chunk);
  }
  parser.finish();
  return { ...extractor.finish(), ...(hash && { diffId: `sha256:${hash.digest('hex')}` }) };
}

async function* fromFile(file: string): AsyncGenerator<Buffer> {
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    send({ kind: 'ack', sizeBytes: chunk.length });
    yield chunk;
  }
}

async function* sent(): AsyncGenerator<Uint8Array> {
  for (let message = await inbox.next(); message.kind !== 'end'; message = await inbox.next()) {
    if (message.kind === 'broken') throw new EngineError('INVALID_ARGUMENT', 'unexpected EOF');
    if (message.kind !== 'chunk') continue;
    yield message.bytes;
    send({ kind: 'ack', sizeBytes: message.bytes.length });
  }
}

async function diff(job: Extract<Job, { kind: 'diff' }>): Promise<undefined> {
  let onTheWay = 0;
  for (const bytes of gathered(layerTar(job.directory, job.options))) {
    onTheWay += bytes.length;
    send({ kind: 'chunk', bytes }, [bytes.buffer]);
    while (onTheWay > windowBytes) {
      const message = await inbox.next();
      if (message.kind === 'ack') onTheWay -= message.sizeBytes;
    }
  }
}

/** Small pieces put together: a message costs more than a header. */
function* gathered(pieces: Iterable<Buffer>): Generator<Uint8Array<ArrayBuffer>> {
  let held: Buffer[] = [];
  let size = 0;
  for (const piece of pieces) {
    held.push(piece);
    size += piece.length;
    if (size < 1 << 18) continue;
    yield joined(held, size);
    held = [];
    size = 0;
  }
  if (size > 0) yield joined(held, size);
}

function joined(pieces: readonly Buffer[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

await serve();
