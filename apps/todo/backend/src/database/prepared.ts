import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import type { Pool, PoolClient } from 'pg';

/** Texts beyond these go out unnamed: a bulk statement has one of its own for every number of rows. */
const NAMED_AT_MOST = 200;

/** A pool whose statements are prepared: the server parses and plans each once per connection, a third of its work for a request. */
export function preparing(pool: Pool): PostgresPool {
  const names = new Names();
  const clients = new WeakMap<PoolClient, PostgresPoolClient>();
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect();
      const known = clients.get(client) ?? preparingClient(client, names);
      clients.set(client, known);
      return known;
    },
  };
}

function preparingClient(client: PoolClient, names: Names): PostgresPoolClient {
  const send = async <R>(text: string, values: unknown[]): Promise<PostgresQueryResult<R>> => {
    const name = values.length === 0 ? undefined : names.of(text);
    // oxlint-disable-next-line no-unnecessary-type-assertion -- necessary where the packages are installed, which the linter does without
    return (await client.query({ ...(name === undefined ? {} : { name }), text, values })) as unknown as PostgresQueryResult<R>;
  };
  const query = async <R>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>> => {
    try {
      return await send<R>(text, [...parameters]);
    } catch (error) {
      if (!isOutdated(error)) throw error;
      names.forget();
      return await send<R>(text, [...parameters]);
    }
  };
  // No cursors here: only texts come.
  return { query: query as PostgresPoolClient['query'], release: (destroy) => client.release(destroy) };
}

/** The table has another shape than when the statement was prepared: a newer version's migration ran beside this one. */
function isOutdated(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return code === '0A000' && String(message).includes('cached plan');
}

/** What the statements are called on the server. After `forget` they have new names, and so are prepared again. */
class Names {
  readonly #names = new Map<string, string>();
  #generation = 0;

  of(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known !== undefined || this.#names.size === NAMED_AT_MOST) return known;
    const name = `todo_${this.#generation}_${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }

  forget(): void {
    this.#names.clear();
    this.#generation++;
  }
}
