import type { DatabaseSync } from 'node:sqlite';

/** Values of one kind, each a JSON document under its id. What is read is a fresh copy: changing it changes nothing until `put`. */
export interface Records<T> {
  get(id: string): T | undefined;
  /** Writes the whole value, new or changed; a changed one keeps its place in `all`. */
  put(id: string, value: T): void;
  /** Forgets the value; true when there was one. */
  delete(id: string): boolean;
  /** Every value, oldest first. */
  all(): T[];
  /** Every id with its value, oldest first. */
  entries(): [id: string, value: T][];
}

/** The records of `kind` in table `record`; its statements are prepared once. */
export function recordsOf<T>(database: DatabaseSync, kind: string): Records<T> {
  const get = database.prepare('SELECT value FROM record WHERE kind = ? AND id = ?');
  const put = database.prepare('INSERT INTO record (kind, id, value) VALUES (?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET value = excluded.value');
  const remove = database.prepare('DELETE FROM record WHERE kind = ? AND id = ?');
  const all = database.prepare('SELECT id, value FROM record WHERE kind = ? ORDER BY ordinal');
  const entries = (): [string, T][] => all.all(kind).map((row) => [String(row['id']), JSON.parse(String(row['value'])) as T]);
  return {
    get(id) {
      const row = get.get(kind, id);
      return row && (JSON.parse(String(row['value'])) as T);
    },
    put: (id, value) => void put.run(kind, id, JSON.stringify(value)),
    delete: (id) => remove.run(kind, id).changes > 0,
    all: () => entries().map(([, value]) => value),
    entries,
  };
}
