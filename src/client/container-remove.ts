import { segment } from './query.ts';
import type { Connection } from './types.ts';

/** `force` kills a running one; `volumes` removes its anonymous volumes; `link` removes a link of the default network instead. */
export interface ContainerRemoveOptions {
  readonly force?: boolean | undefined;
  readonly volumes?: boolean | undefined;
  readonly link?: boolean | undefined;
}

/** Removes a container. CONFLICT when it runs and `force` is not set. */
export async function containerRemove(connection: Connection, id: string, options: ContainerRemoveOptions = {}): Promise<void> {
  const query = { force: options.force || undefined, v: options.volumes || undefined, link: options.link || undefined };
  await connection.status('DELETE', `/containers/${segment(id)}`, { query });
}
