import type { TerminalSize } from './container-resize.ts';
import { segment } from './query.ts';
import type { Connection, Hijacked } from './types.ts';

/** Starts a prepared command and joins its streams. The caller owns the socket. */
export function execStart(
  connection: Connection,
  id: string,
  options: { tty?: boolean; size?: TerminalSize | undefined; signal?: AbortSignal | undefined } = {},
): Promise<Hijacked> {
  const size = options.size ? { ConsoleSize: [options.size.rows, options.size.columns] } : {};
  const json = { Detach: false, Tty: options.tty === true, ...size };
  return connection.hijack('POST', `/exec/${segment(id)}/start`, { json, signal: options.signal });
}

/** Starts a prepared command and leaves it alone. */
export async function execStartDetached(connection: Connection, id: string, options: { tty?: boolean } = {}): Promise<void> {
  await connection.status('POST', `/exec/${segment(id)}/start`, { json: { Detach: true, Tty: options.tty === true } });
}
