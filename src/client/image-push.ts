import type { ProgressMessage, AuthConfig } from '../api/index.ts';
import { segment } from './query.ts';
import { registryAuth } from './registry-auth.ts';
import { streamProgress } from './stream-json.ts';
import type { Connection } from './types.ts';

/** Pushes an image; without a tag all tags of the repository. Yields progress; `aux` of the last message has tag, digest and size. */
export function imagePush(
  connection: Connection,
  image: string,
  options: { tag?: string | undefined; platform?: string | undefined; auth?: AuthConfig | undefined; signal?: AbortSignal | undefined } = {},
): AsyncGenerator<ProgressMessage> {
  const query = { tag: options.tag, platform: options.platform };
  return streamProgress(connection, 'POST', `/images/${segment(image)}/push`, { query, headers: registryAuth(options.auth), signal: options.signal });
}
