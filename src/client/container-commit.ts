import type { ContainerConfig } from '../api/index.ts';
import type { IdResponse } from './id-response.ts';
import type { Connection } from './types.ts';

/** The new image's name, note and Dockerfile lines ("CMD …") to apply. */
export interface ContainerCommitOptions {
  readonly repo?: string | undefined;
  readonly tag?: string | undefined;
  readonly comment?: string | undefined;
  readonly author?: string | undefined;
  readonly pause?: boolean | undefined;
  readonly changes?: readonly string[] | undefined;
  readonly config?: Partial<ContainerConfig> | undefined;
}

/** Makes an image of a container's present file system. */
export function containerCommit(connection: Connection, container: string, options: ContainerCommitOptions = {}): Promise<IdResponse> {
  const { repo, tag, comment, author, pause = true, changes = [], config } = options;
  return connection.json('POST', '/commit', { query: { container, repo, tag, comment, author, pause, changes }, json: config ?? {} });
}
