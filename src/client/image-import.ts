import type { ProgressMessage } from '../api/index.ts';
import { streamProgress } from './stream-json.ts';
import type { Connection } from './types.ts';

/** The new image's name and Dockerfile lines to apply. */
export interface ImageImportOptions {
  readonly repo?: string | undefined;
  readonly tag?: string | undefined;
  readonly message?: string | undefined;
  readonly changes?: readonly string[] | undefined;
  readonly platform?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Makes an image of a root file system: a tar stream, or an http(s) URL that the engine fetches. */
export function imageImport(
  connection: Connection,
  source: string | Uint8Array | AsyncIterable<Uint8Array>,
  options: ImageImportOptions = {},
): AsyncGenerator<ProgressMessage> {
  const { repo, tag, message, changes = [], platform, signal } = options;
  const query = { fromSrc: typeof source === 'string' ? source : '-', repo, tag, message, changes, platform: platform || undefined };
  return streamProgress(connection, 'POST', '/images/create', { query, signal, ...(typeof source === 'string' ? {} : { body: source }) });
}
