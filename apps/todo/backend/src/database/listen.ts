import type { PGlite } from '@electric-sql/pglite';
import pg from 'pg';

/** Set by a trigger on every change; the payload is the account's id. */
const channel = 'todo_changes';
const retryMs = 500;

interface Listener {
  onChange: (accountId: string | undefined) => void;
  onError: (error: Error) => void;
  signal: AbortSignal;
}

/** Listens on a connection of its own, and again on a new one whenever that ends: the database may be restarted under us. */
export function listenOnServer(connectionString: string, listener: Listener): void {
  void keepListening(connectionString, listener);
}

async function keepListening(connectionString: string, listener: Listener): Promise<void> {
  for (let first = true; !listener.signal.aborted; first = false) {
    try {
      await listenOnce(connectionString, listener, first);
    } catch (error) {
      listener.onError(error instanceof Error ? error : new Error(String(error)));
    }
    if (!listener.signal.aborted) await delay(retryMs);
  }
}

/** Resolves when the connection has ended. */
async function listenOnce(connectionString: string, { onChange, signal }: Listener, first: boolean): Promise<void> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 3000, keepAlive: true, application_name: 'todo-live' });
  const ended = new Promise<void>((resolve, reject) => {
    client.once('end', resolve);
    // More than one may come; one that nobody hears would end the process.
    client.on('error', reject);
  });
  ended.catch(() => undefined);
  const stop = () => void client.end();
  client.on('notification', ({ payload }) => onChange(payload));
  await client.connect();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await client.query(`listen ${channel}`);
    // What happened while nobody listened is unknown: everybody looks once.
    if (!first) onChange(undefined);
    await ended;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** The embedded database has one process, and so one listener. */
export function listenOnEmbedded(pglite: PGlite, onChange: (accountId: string) => void, signal: AbortSignal): void {
  void pglite.listen(channel, onChange).then((unlisten) => signal.addEventListener('abort', () => void unlisten(), { once: true }));
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}
