import type { ProgressMessage, AuthConfig } from '../api/index.ts';
import { registryAuth } from './registry-auth.ts';
import { streamProgress } from './stream-json.ts';
import type { Connection } from './types.ts';

/** `image` is "repo", tag or digest in `tag`; without a tag all tags are pulled. */
export interface ImagePullOptions {
  readonly tag?: string | undefined;
  readonly platform?: string | undefined;
  readonly auth?: AuthConfig | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Pulls an image; yields progress. Throws what the registry or the engine says. */
export function imagePull(connection: Connection, image: string, options: ImagePullOptions = {}): AsyncGenerator<ProgressMessage> {
  const query = { fromImage: image, tag: options.tag, platform: options.platform || undefined };
  return streamProgress(connection, 'POST', '/images/create', { query, headers: registryAuth(options.auth), signal: options.signal });
}
