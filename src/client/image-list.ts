import type { Filters, ImageSummary } from '../api/index.ts';
import type { Connection } from './types.ts';

/** `all` includes intermediate images; `digests` adds RepoDigests. */
export interface ImageListOptions {
  readonly all?: boolean | undefined;
  readonly digests?: boolean | undefined;
  readonly sharedSize?: boolean | undefined;
  readonly filters?: Filters | undefined;
}

/** Images, newest first. */
export function imageList(connection: Connection, options: ImageListOptions = {}): Promise<ImageSummary[]> {
  const query = {
    all: options.all || undefined,
    digests: options.digests || undefined,
    'shared-size': options.sharedSize || undefined,
    filters: options.filters,
  };
  return connection.json('GET', '/images/json', { query });
}
