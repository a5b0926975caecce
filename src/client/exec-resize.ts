import type { TerminalSize } from './container-resize.ts';
import { segment } from './query.ts';
import type { Connection } from './types.ts';

/** Sets the size of a command's terminal. */
export async function execResize(connection: Connection, id: string, size: TerminalSize): Promise<void> {
  await connection.status('POST', `/exec/${segment(id)}/resize`, { query: { h: size.rows, w: size.columns } });
}
