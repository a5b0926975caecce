import { Readable } from 'node:stream';

import { EngineError } from '../base/index.ts';
import { encodeHeader, endOfArchive } from './encode-header.ts';
import { paddingOf } from './entry.ts';
import type { TarEntry } from './entry.ts';

/** A member to write; `body` has exactly `entry.sizeBytes` bytes. */
export interface TarSource {
  readonly entry: TarEntry;
  readonly body?: AsyncIterable<Uint8Array> | Iterable<Uint8Array> | Uint8Array;
}

/** An archive of the members, in their order, as a stream with back-pressure. The caller owns it. */
export function writeTar(members: AsyncIterable<TarSource> | Iterable<TarSource>): Readable {
  return Readable.from(chunksOf(members), { objectMode: false, highWaterMark: 1 << 20 });
}

/** A small archive whole. */
export async function tarBytes(members: AsyncIterable<TarSource> | Iterable<TarSource>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(chunksOf(members)));
}

async function* chunksOf(members: AsyncIterable<TarSource> | Iterable<TarSource>): AsyncGenerator<Uint8Array> {
  for await (const member of members) {
    yield encodeHeader(member.entry);
    if (member.entry.type === 'file') yield* contentsOf(member);
  }
  yield endOfArchive;
}

async function* contentsOf({ entry, body }: TarSource): AsyncGenerator<Uint8Array> {
  let written = 0;
  for await (const chunk of body instanceof Uint8Array ? [body] : (body ?? [])) {
    written += chunk.length;
    if (chunk.length > 0) yield chunk;
  }
  if (written !== entry.sizeBytes) throw new EngineError('DATA_LOSS', `archive/tar: "${entry.path}" has ${written} bytes, not ${entry.sizeBytes}`);
  if (paddingOf(written) > 0) yield Buffer.alloc(paddingOf(written));
}

/** The entry of a plain file, owned by root. */
export function fileEntry(path: string, sizeBytes: number, more: Partial<TarEntry> = {}): TarEntry {
  return { type: 'file', path, mode: 0o644, uid: 0, gid: 0, mtime: 0, sizeBytes, ...more };
}

/** The entry of a folder, owned by root. */
export function directoryEntry(path: string, more: Partial<TarEntry> = {}): TarEntry {
  return { type: 'directory', path, mode: 0o755, uid: 0, gid: 0, mtime: 0, sizeBytes: 0, ...more };
}
