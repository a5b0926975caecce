import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Pool } from 'pg';
import { preparing } from './prepared.ts';

interface Sent {
  name?: string;
  text: string;
}

/** A pool with one client, which notes what it is sent and answers as `answer` says. */
function notingPool(answer: (sent: Sent, count: number) => unknown): { pool: Pool; sent: Sent[] } {
  const sent: Sent[] = [];
  const client = {
    release: () => undefined,
    query: async (query: Sent) => {
      sent.push({ ...(query.name !== undefined && { name: query.name }), text: query.text });
      return answer(query, sent.length);
    },
  };
  // oxlint-disable-next-line no-unnecessary-type-assertion -- necessary where the packages are installed, which the linter does without
  return { sent, pool: { options: {}, connect: async () => client, end: async () => undefined } as unknown as Pool };
}

const outdated = () => Object.assign(new Error('cached plan must not change result type'), { code: '0A000' });

suite('prepared statements', () => {
  test('the same text has the same name, another text another, and one without parameters none', async () => {
    const { pool, sent } = notingPool(() => ({ rows: [] }));
    const client = await preparing(pool).connect();
    for (const text of ['select $1', 'select $1, 2', 'select $1']) await client.query(text, [1]);
    await client.query('begin', []);
    assert.deepEqual(
      sent.map(({ name }) => name),
      ['todo_0_0', 'todo_0_1', 'todo_0_0', undefined],
    );
  });

  test('texts without end are not all kept', async () => {
    const { pool, sent } = notingPool(() => ({ rows: [] }));
    const client = await preparing(pool).connect();
    for (let number = 0; number < 300; number++) await client.query(`select $1, ${number}`, [1]);
    assert.equal(sent.filter(({ name }) => name !== undefined).length, 200);
  });

  test('a statement of a table that has changed since is prepared again, under a new name', async () => {
    const { pool, sent } = notingPool((_, count) => {
      if (count === 2) throw outdated();
      return { rows: [count] };
    });
    const client = await preparing(pool).connect();
    await client.query('select * from todos where id = $1', [1]);
    assert.deepEqual(await client.query('select * from todos where id = $1', [1]), { rows: [3] });
    assert.deepEqual(
      sent.map(({ name }) => name),
      ['todo_0_0', 'todo_0_0', 'todo_1_0'],
    );
  });

  test('another failure is passed on as it is', async () => {
    const { pool, sent } = notingPool(() => {
      throw Object.assign(new Error('no such table'), { code: '42P01' });
    });
    const client = await preparing(pool).connect();
    await assert.rejects(client.query('select $1', [1]), /no such table/);
    assert.equal(sent.length, 1);
  });
});
