import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import type { ApiTodo } from './api.ts';
import type { OnStage } from './stage.ts';

const backend = resolve(import.meta.dirname, '../../apps/todo/backend/src/main.ts');

export function apiContract(stage: OnStage): void {
  test('the sixteen cases of the todo-backend specification pass through the published port', async () => {
    const { app } = stage();
    const { stdout } = await promisify(execFile)(process.execPath, [backend, 'spec', `${app.url}/api/todos`]);
    assert.equal(stdout.match(/^ok - /gm)?.length, 16, stdout);
  });

  test('an entity tag keeps what another one wrote; the same todo sent twice is one', async () => {
    const { api } = stage();
    const first = await api.add('Mine', { id: '0b0e7b32-6f0d-4a35-9d0c-1a2b3c4d5e6f' });
    const again = await api.call('POST', '/todos', { id: first.id, title: 'Mine' });
    assert.deepEqual([again.status, ((await again.json()) as ApiTodo).version], [200, first.version]);
    const path = `/todos/${first.id}`;
    assert.equal((await api.call('PATCH', path, { title: 'Newer' }, { 'if-match': '"1"' })).headers.get('etag'), '"2"');
    const stale = await api.call('PATCH', path, { title: 'Older' }, { 'if-match': '"1"' });
    assert.equal(stale.status, 412);
    assert.deepEqual([((await stale.json()) as { version: number }).version, stale.headers.get('content-type')], [2, 'application/problem+json']);
    assert.equal((await api.call('DELETE', path, undefined, { 'if-match': '"1"' })).status, 412);
    assert.equal((await api.call('GET', path, undefined, { 'if-none-match': '"2"' })).status, 304);
    assert.equal((await api.json<ApiTodo>('GET', path)).title, 'Newer');
  });

  test('many are changed in one request, all or none, and deletion is undone', async () => {
    const { api } = stage();
    const ids = (await Promise.all(['a', 'b', 'c'].map((title) => api.add(title)))).map(({ id }) => id);
    const bulk = async (body: object) => (await api.json<{ changed: string[] }>('POST', '/todos/bulk', body)).changed.length;
    assert.equal(await bulk({ action: 'update', ids, patch: { completed: true, tags: ['x'] } }), 3);
    assert.equal((await api.call('POST', '/todos/bulk', { action: 'update', ids, patch: { listId: ids[0] } })).status, 422);
    assert.deepEqual(
      (await api.todos()).map(({ completed, tags, listId }) => [completed, tags, listId]),
      Array.from({ length: 3 }, () => [true, ['x'], null]),
    );
    assert.equal(await bulk({ action: 'delete', ids: ids.slice(1) }), 2);
    assert.deepEqual(
      (await api.todos()).map(({ title }) => title),
      ['a'],
    );
    assert.equal(await bulk({ action: 'restore', ids }), 2);
    const deleted = await api.call('DELETE', `/todos/${ids[0]}`);
    assert.match(deleted.headers.get('link') ?? '', /restore>; rel="undo"/);
    assert.equal((await api.call('GET', `/todos/${ids[0]}`)).status, 404);
    assert.equal((await api.json<ApiTodo>('POST', `/todos/${ids[0]}/restore`)).title, 'a');
    assert.equal(await bulk({ action: 'clear-completed' }), 3);
  });

  test('pages follow one another without gaps in every order', async () => {
    const { api } = stage();
    const titles = Array.from({ length: 25 }, (_, index) => `todo ${String(index).padStart(2, '0')}`);
    for (const [index, title] of titles.entries())
      await api.add(title, { priority: index % 4, ...(index % 3 === 0 && { due: `2027-01-0${1 + (index % 9)}` }) });
    for (const sort of ['position', 'due', 'priority', 'title', 'created', 'order']) {
      const seen: string[] = [];
      for (let after = ''; ;) {
        const page = await api.json<ApiTodo[]>('GET', `/todos?limit=7&sort=${sort}${after}`);
        seen.push(...page.map(({ title }) => title));
        if (page.length < 7) break;
        after = `&after=${page.at(-1)?.id}`;
      }
      assert.deepEqual([...seen].sort(), titles, sort);
    }
  });

  test('what is exported can be imported again, in each of the three formats', async () => {
    const { api } = stage();
    const list = await api.json<{ id: string }>('POST', '/lists', { name: 'Home' });
    await api.add('Water the plants', { listId: list.id, due: '2027-01-02', priority: 1, tags: ['garden'] });
    await api.add('Done', { completed: true });
    for (const [format, type] of [
      ['json', 'application/json'],
      ['markdown', 'text/markdown'],
      ['todotxt', 'text/plain'],
    ] as const) {
      const exported = await (await api.call('GET', `/export?format=${format}`)).text();
      await api.clear();
      const imported = await api.call('POST', '/import', exported, { 'content-type': type });
      assert.deepEqual([imported.status, await imported.json()], [200, { imported: 2 }], format);
      const todos = (await api.todos()).sort((a, b) => b.title.localeCompare(a.title));
      assert.deepEqual(
        todos.map(({ title, due, priority, tags, completed }) => ({ title, due, priority, tags, completed })),
        [
          { title: 'Water the plants', due: '2027-01-02', priority: 1, tags: ['garden'], completed: false },
          { title: 'Done', due: null, priority: 0, tags: [], completed: true },
        ],
        format,
      );
      const lists = await api.json<{ id: string; name: string }[]>('GET', '/lists');
      assert.deepEqual([lists.map(({ name }) => name), todos[0]?.listId], [['Home'], lists[0]?.id], format);
    }
  });

  test('the API describes itself', async () => {
    const { api } = stage();
    const document = await api.json<{ openapi: string; paths: Record<string, object>; components: { schemas: Record<string, object> } }>(
      'GET',
      '/openapi.json',
    );
    assert.match(document.openapi, /^3\.1/);
    for (const path of ['/api/todos', '/api/todos/{id}', '/api/lists', '/api/changes', '/api/import']) assert.ok(document.paths[path], path);
    assert.ok(document.components.schemas['Todo']);
    assert.match(await (await api.call('GET', '/docs')).text(), /<h2><code>POST \/api\/todos<\/code>/);
  });
}
