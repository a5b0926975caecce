import { type FileHandle, open } from 'node:fs/promises';
import { systemCode } from '../base/index.ts';

/** A place in a set of log files: which one, and from which byte on. */
export interface LogPosition {
  readonly file: FileHandle;
  readonly offset: number;
}

const blockBytes = 64 * 1024;
const newline = 10;

/** The open files of a log, oldest first: PATH.N … PATH.1, PATH. A container that has written nothing has none. */
export async function openLogFiles(path: string): Promise<FileHandle[]> {
  for (;;) {
    const files: FileHandle[] = [];
    // From the newest on: what is rotated meanwhile moves to a higher number, and is seen twice but never missed.
    for (let number = 0; ; number++) {
      const file = await openIfThere(number === 0 ? path : `${path}.${number}`);
      if (file === undefined && number > 0) break;
      if (file !== undefined) files.unshift(file);
    }
    if (await areDistinct(files)) return files;
    await closeAll(files);
  }
}

/** False when a rotation came between: the same file was opened under two names. */
async function areDistinct(files: readonly FileHandle[]): Promise<boolean> {
  const inodes = await Promise.all(files.map(async (file) => (await file.stat()).ino));
  return new Set(inodes).size === inodes.length;
}

export async function closeAll(files: readonly FileHandle[]): Promise<void> {
  await Promise.all(files.map((file) => file.close()));
}

export async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Where the last `count` lines begin: the index of the file and the byte in it. Reads backwards, no more than it must. */
export async function tailPosition(files: readonly FileHandle[], count: number): Promise<{ index: number; offset: number }> {
  let missing = count;
  for (let index = files.length - 1; index >= 0; index--) {
    const found = await tailOffset(files[index] as FileHandle, missing);
    if (found.lines >= missing) return { index, offset: found.offset };
    missing -= found.lines;
  }
  return { index: 0, offset: 0 };
}

/** The byte at which the last `count` lines of one file begin, and how many there are. The text ends with a newline. */
async function tailOffset(file: FileHandle, count: number): Promise<{ lines: number; offset: number }> {
  const { size } = await file.stat();
  if (count === 0) return { lines: 0, offset: size };
  const block = Buffer.alloc(blockBytes);
  let lines = 0;
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - blockBytes);
    const { bytesRead } = await file.read(block, 0, end - start, start);
    for (let at = bytesRead - 1; at >= 0; at--) {
      if (block[at] !== newline || start + at === size - 1) continue;
      lines++;
      if (lines === count) return { lines, offset: start + at + 1 };
    }
    end = start;
  }
  return { lines: size === 0 ? 0 : lines + 1, offset: 0 };
}
