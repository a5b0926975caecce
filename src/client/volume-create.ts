import type { Volume, VolumeCreateBody } from '../api/index.ts';
import type { Connection } from './types.ts';

/** Creates a volume, or gives the one of that name. */
export function volumeCreate(connection: Connection, body: VolumeCreateBody): Promise<Volume> {
  return connection.json('POST', '/volumes/create', { json: body });
}
