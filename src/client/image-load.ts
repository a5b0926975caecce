import type { ProgressMessage } from '../api/index.ts';
import { streamProgress } from './stream-json.ts';
import type { Connection } from './types.ts';

/** Loads a docker-archive or OCI layout; yields progress, with "Loaded image: …" as `stream` messages. */
export function imageLoad(
  connection: Connection,
  archive: Uint8Array | AsyncIterable<Uint8Array>,
  options: { quiet?: boolean | undefined; platforms?: readonly string[] | undefined; signal?: AbortSignal | undefined } = {},
): AsyncGenerator<ProgressMessage> {
  const query = { quiet: options.quiet === true, platform: options.platforms };
  const headers = { 'Content-Type': 'application/x-tar' };
  return streamProgress(connection, 'POST', '/images/load', { query, headers, body: archive, signal: options.signal });
}
