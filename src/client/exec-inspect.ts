import type { ExecInspect } from '../api/index.ts';
import { segment } from './query.ts';
import type { Connection } from './types.ts';

/** State of a command: `ExitCode` is null while it runs. */
export function execInspect(connection: Connection, id: string): Promise<ExecInspect> {
  return connection.json('GET', `/exec/${segment(id)}/json`);
}
