import { type FSWatcher, watch } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { closeAll, openIfThere, openLogFiles, tailPosition } from './log-files.ts';
import type { LogEntry, ReadLogsOptions } from './log-types.ts';
import { parseNanos } from './time.ts';

const chunkBytes = 64 * 1024;

/** What became of a block of complete lines; `past` says that one was later than `until`, so nothing more is wanted. */
export interface Converted<T> {
  readonly value: T | undefined;
  readonly past: boolean;
}

/** Turns a block of lines (bytes, each line with its newline; valid only during the call) into what the reader wants. */
export type Convert<T> = (block: Buffer) => Converted<T>;

/**
 * The log of a container, oldest entry first. With `follow` it goes on with what is written later, through rotations, and ends when
 * `ended` settles and everything is read, or when `signal` aborts.
 */
export async function* readLogs(options: ReadLogsOptions): AsyncGenerator<LogEntry> {
  for await (const entries of readLogBlocks(options, (block) => convertEntries(block, options))) yield* entries;
}

/** The log block by block, each converted; at most one block is in memory. */
export async function* readLogBlocks<T>(options: ReadLogsOptions, convert: Convert<T>): AsyncGenerator<T> {
  // Watching starts before the first read, so that nothing written in between is missed.
  const changes = options.follow === true ? new Changes(options) : undefined;
  const files = await openLogFiles(options.path);
  try {
    const from = options.tail === undefined ? { index: 0, offset: 0 } : await tailPosition(files, options.tail);
    let past = false;
    let last: LineReader | undefined;
    for (let index = from.index; index < files.length && !past; index++) {
      last = new LineReader(files[index] as FileHandle, index === from.index ? from.offset : 0);
      past = yield* drain(last, convert, options.signal);
    }
    if (changes !== undefined && !past) yield* follow({ changes, convert, path: options.path, signal: options.signal }, last);
  } finally {
    changes?.close();
    await closeAll(files);
  }
}

/** Everything a file holds now; true when nothing more is wanted. */
async function* drain<T>(reader: LineReader, convert: Convert<T>, signal: AbortSignal | undefined): AsyncGenerator<T, boolean> {
  for (;;) {
    if (signal?.aborted === true) return true;
    const block = await reader.next();
    if (block === undefined) return false;
    const { value, past } = convert(block);
    if (value !== undefined) yield value;
    if (past) return true;
  }
}

function convertEntries(block: Buffer, options: ReadLogsOptions): Converted<LogEntry[]> {
  const { until } = options;
  const lines = block.toString('utf8', 0, block.length - 1).split('\n');
  const entries = lines.map(parseEntry).filter((entry) => entry !== undefined);
  const past = until !== undefined && entries.some((entry) => parseNanos(entry.time) > until);
  return { value: entries.filter((entry) => isWanted(entry, options)), past };
}

interface Following<T> {
  readonly changes: Changes;
  readonly convert: Convert<T>;
  readonly path: string;
  readonly signal: AbortSignal | undefined;
}

/** Reads on at every change; when the path names another file, the old one is read to its end first. */
async function* follow<T>({ changes, convert, path, signal }: Following<T>, first: LineReader | undefined): AsyncGenerator<T> {
  let reader = first;
  let owned: FileHandle | undefined;
  try {
    for (;;) {
      const isOver = changes.isOver; // asked before reading: what was written until then is read below
      const next = await nextFile(path, reader);
      if (reader !== undefined && (yield* drain(reader, convert, signal))) return;
      if (next !== undefined) {
        await owned?.close();
        owned = next;
        reader = new LineReader(next, 0);
        continue;
      }
      if (isOver || signal?.aborted === true) return;
      await changes.wait();
    }
  } finally {
    await owned?.close();
  }
}

/**
 * The file after the one that is read: normally the one at the path. When it was rotated more than once in the meantime, the one that
 * was written right after ours.
 */
async function nextFile(path: string, reader: LineReader | undefined): Promise<FileHandle | undefined> {
  const current = await openIfThere(path);
  if (current === undefined) return undefined;
  const inode = await reader?.inode();
  if ((await current.stat()).ino === inode) {
    await current.close();
    return undefined;
  }
  return inode === undefined ? current : afterInode(path, current, inode);
}

async function afterInode(path: string, current: FileHandle, inode: number): Promise<FileHandle> {
  let newer = current;
  for (let number = 1; ; number++) {
    const file = await openIfThere(`${path}.${number}`);
    if (file === undefined) return newer; // ours is gone altogether: the oldest that is left comes next
    if ((await file.stat()).ino === inode) {
      await file.close();
      return newer;
    }
    await newer.close();
    newer = file;
  }
}

/** Complete lines of a file from a byte on; a line that is still being written waits. */
class LineReader {
  readonly #file: FileHandle;
  #offset: number;
  #buffer = Buffer.allocUnsafe(chunkBytes);

  constructor(file: FileHandle, offset: number) {
    this.#file = file;
    this.#offset = offset;
  }

  async inode(): Promise<number> {
    return (await this.#file.stat()).ino;
  }

  /** The next complete lines, or undefined when there is none; the bytes are good until the next call. */
  async next(): Promise<Buffer | undefined> {
    for (;;) {
      const { bytesRead } = await this.#file.read(this.#buffer, 0, this.#buffer.length, this.#offset);
      const end = this.#buffer.subarray(0, bytesRead).lastIndexOf(10);
      if (end >= 0) {
        this.#offset += end + 1;
        return this.#buffer.subarray(0, end + 1);
      }
      if (bytesRead < this.#buffer.length) return undefined;
      this.#buffer = Buffer.allocUnsafe(this.#buffer.length * 2);
    }
  }
}

/** Tells when a log may have changed: the directory is watched, because rotation replaces the file. */
class Changes {
  readonly #watcher: FSWatcher;
  #changed = false;
  #wake: (() => void) | undefined;
  isOver = false;

  constructor(options: ReadLogsOptions) {
    const name = basename(options.path);
    this.#watcher = watch(dirname(options.path), (_, file) => {
      if (file === null || file === name) this.#notify();
    });
    const end = (): void => {
      this.isOver = true;
      this.#notify();
    };
    void options.ended?.then(end, end);
    options.signal?.addEventListener('abort', end, { once: true });
  }

  /** Returns at once when something happened since the last call. */
  async wait(): Promise<void> {
    if (!this.#changed) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#changed = false;
  }

  close(): void {
    this.#watcher.close();
  }

  #notify(): void {
    this.#changed = true;
    this.#wake?.();
    this.#wake = undefined;
  }
}

/** True for an entry of the streams and the time that were asked for. */
function isWanted(entry: LogEntry, options: ReadLogsOptions): boolean {
  if (!(entry.stream === 'stdout' ? options.stdout : options.stderr)) return false;
  if (options.since === undefined && options.until === undefined) return true;
  const time = parseNanos(entry.time);
  return (options.since === undefined || time >= options.since) && (options.until === undefined || time <= options.until);
}

/** A line that is no entry (a disk that was full, a crash while writing) is left out. */
export function parseEntry(line: string): LogEntry | undefined {
  try {
    const { log, stream, time, attrs } = JSON.parse(line) as { log: string; stream: string; time: string; attrs?: Record<string, string> };
    return { time, stream: stream === 'stderr' ? 'stderr' : 'stdout', text: log, ...(attrs === undefined ? {} : { attributes: attrs }) };
  } catch {
    return undefined;
  }
}
