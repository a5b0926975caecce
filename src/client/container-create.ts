import type { ContainerCreateBody, ContainerCreateResponse } from '../api/index.ts';
import type { Connection } from './types.ts';

/** `platform` is "linux/amd64". Without a name the engine invents one. */
export interface ContainerCreateOptions {
  readonly name?: string | undefined;
  readonly platform?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Creates a container. NOT_FOUND: the image is not here; CONFLICT: the name is taken. */
export function containerCreate(connection: Connection, body: ContainerCreateBody, options: ContainerCreateOptions = {}): Promise<ContainerCreateResponse> {
  const { name, platform, signal } = options;
  return connection.json('POST', '/containers/create', { query: { name, platform: platform || undefined }, json: body, signal });
}
