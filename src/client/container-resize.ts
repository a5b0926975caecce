import { segment } from './query.ts';
import type { Connection } from './types.ts';

/** A terminal's size in characters. */
export interface TerminalSize {
  readonly rows: number;
  readonly columns: number;
}

/** Sets the size of a container's terminal. */
export async function containerResize(connection: Connection, id: string, size: TerminalSize): Promise<void> {
  await connection.status('POST', `/containers/${segment(id)}/resize`, { query: { h: size.rows, w: size.columns } });
}
