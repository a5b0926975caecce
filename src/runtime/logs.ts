import { type FSWatcher, watch } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { closeAll, openIfThere, openLogFiles, tailPosition } from './log-files.ts';
import type { LogEntry, ReadLogsOptions } from './log-types.ts';
import { parseNanos } from './time.ts';

const chunkBytes = 256 * 1024;

/**
 * The log of a container, oldest entry first. With `follow` it goes on with what is written later, through rotations, and ends when
 * `ended` settles and everything is read, or when `signal` aborts.
 */
export async function* readLogs(options: ReadLogsOptions): AsyncGenerator<LogEntry> {
  for await (const entries of readLogBatches(options)) yield* entries;
}

/** The same in pieces as they are read: for whoever passes many entries on. */
export async function* readLogBatches(options: ReadLogsOptions): AsyncGenerator<LogEntry[]> {
  // Watching starts before the first read, so that nothing written in between is missed.
  const changes = options.follow === true ? new Changes(options) : undefined;
  const files = await openLogFiles(options.path);
  try {
    const from = options.tail === undefined ? { index: 0, offset: 0 } : await tailPosition(files, options.tail);
    let past = false;
    let rest: LineReader | undefined;
    for (let index = from.index; index < files.length && !past; index++) {
      rest = new LineReader(files[index] as FileHandle, index === from.index ? from.offset : 0);
      past = yield* drain(rest, options);
    }
    if (changes !== undefined && !past) yield* follow(changes, rest, options);
  } finally {
    changes?.close();
    await closeAll(files);
  }
}

/** Everything a file holds now; true when an entry was past `until`. */
async function* drain(reader: LineReader, options: ReadLogsOptions): AsyncGenerator<LogEntry[], boolean> {
  for (;;) {
    if (options.signal?.aborted === true) return true;
    const lines = await reader.next();
    if (lines === undefined) return false;
    const entries = lines.map(parseEntry).filter((entry) => entry !== undefined);
    const past = options.until !== undefined && entries.some((entry) => parseNanos(entry.time) > (options.until as bigint));
    const wanted = entries.filter((entry) => isWanted(entry, options));
    if (wanted.length > 0) yield wanted;
    if (past) return true;
  }
}

/** Reads on at every change; when the path names another file, the old one is read to its end first. */
async function* follow(changes: Changes, first: LineReader | undefined, options: ReadLogsOptions): AsyncGenerator<LogEntry[]> {
  let reader = first;
  let owned: FileHandle | undefined;
  try {
    for (;;) {
      const isOver = changes.isOver; // asked before reading: what was written until then is read below
      const next = await nextFile(options.path, reader);
      if (reader !== undefined && (yield* drain(reader, options))) return;
      if (next !== undefined) {
        await owned?.close();
        owned = next;
        reader = new LineReader(next, 0);
        continue;
      }
      if (isOver || options.signal?.aborted === true) return;
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

  /** The next lines, or undefined when there is no complete one. */
  async next(): Promise<string[] | undefined> {
    for (;;) {
      const { bytesRead } = await this.#file.read(this.#buffer, 0, this.#buffer.length, this.#offset);
      const end = this.#buffer.subarray(0, bytesRead).lastIndexOf(10);
      if (end >= 0) {
        this.#offset += end + 1;
        return this.#buffer.toString('utf8', 0, end).split('\n');
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

function isWanted(entry: LogEntry, options: ReadLogsOptions): boolean {
  if (!(entry.stream === 'stdout' ? options.stdout : options.stderr)) return false;
  if (options.since === undefined && options.until === undefined) return true;
  const time = parseNanos(entry.time);
  return (options.since === undefined || time >= options.since) && (options.until === undefined || time <= options.until);
}

/** A line that is no entry (a disk that was full, a crash while writing) is left out. */
function parseEntry(line: string): LogEntry | undefined {
  try {
    const { log, stream, time, attrs } = JSON.parse(line) as { log: string; stream: string; time: string; attrs?: Record<string, string> };
    return { time, stream: stream === 'stderr' ? 'stderr' : 'stdout', text: log, ...(attrs === undefined ? {} : { attributes: attrs }) };
  } catch {
    return undefined;
  }
}
