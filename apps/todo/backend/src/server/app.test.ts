import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { readConfig } from '../config.ts';
import type { Database } from '../database/open.ts';
import { openDatabase } from '../database/open.ts';
import type { App } from './app.ts';
import { buildApp } from './app.ts';

suite('the API on the embedded database', () => {
  let database: Database;
  let single: App;
  let several: App;
  before(async () => {
    database = await openDatabase({ databaseUrl: undefined, dataDirectory: 'memory://' }, console.error);
    single = await buildApp(readConfig({ LOG_LEVEL: 'silent' }), database);
    several = await buildApp(
      readConfig({ LOG_LEVEL: 'silent', TODO_ACCOUNTS: 'on', ALLOWED_HOSTS: 'todo.example', CORS_ORIGINS: 'https://friend.example' }),
      database,
    );
  });
  after(async () => {
    await single.close();
    await several.close();
    await database[Symbol.asyncDispose]();
  });

  test('changes since a token are those since the token; restored and deleted ones among them', async () => {
    const changes = async (since?: string) =>
      (await single.server.inject(`/api/changes${since === undefined ? '' : `?since=${since}`}`)).json<{
        token: string;
        full: boolean;
        todos: { title: string }[];
        deleted: string[];
      }>();
    const { id } = (await single.server.inject({ method: 'POST', url: '/api/todos', payload: { title: 'one' } })).json<{ id: string }>();
    const first = await changes();
    assert.deepEqual([first.full, first.todos.map(({ title }) => title)], [true, ['one']]);
    await single.server.inject({ method: 'POST', url: '/api/todos', payload: { title: 'two' } });
    const second = await changes(first.token);
    assert.deepEqual([second.full, second.todos.map(({ title }) => title).includes('two')], [false, true]);
    await single.server.inject({ method: 'DELETE', url: `/api/todos/${id}` });
    assert.deepEqual((await changes(second.token)).deleted, [id]);
    for (const stale of ['1-1.1', `${second.token}9999`, 'nonsense']) assert.equal((await changes(stale)).full, true, stale);
  });

  test('a list has its todos word for word as they are one by one, in order and page by page', async () => {
    const payloads = [
      { title: 'plain' },
      { title: '“quotes” "and" \\ back\\slashes, ünïcode 🎉\ttab', notes: 'two\nlines </script> \u2028', tags: ['a', 'ö"'], priority: 1, due: '2028-02-29' },
      { title: 'numbered', order: 1.5, completed: true },
      { title: 'large', order: 1e21 },
    ];
    for (const payload of payloads) assert.equal((await single.server.inject({ method: 'POST', url: '/api/todos', payload })).statusCode, 201);
    const list = await single.server.inject('/api/todos');
    assert.equal(list.headers['content-type'], 'application/json; charset=utf-8');
    const todos = list.json<{ id: string; url: string; title: string }[]>();
    assert.deepEqual(
      todos.slice(-4).map(({ title }) => title),
      payloads.map(({ title }) => title),
    );
    for (const todo of todos) assert.deepEqual((await single.server.inject(`/api/todos/${todo.id}`)).json(), todo);
    assert.equal(todos[0]?.url, `http://localhost:80/api/todos/${todos[0]?.id}`);
    const page = await single.server.inject('/api/todos?limit=2');
    assert.equal(page.headers['link'], `</api/todos?limit=2&after=${todos[1]?.id}>; rel="next"`);
    assert.deepEqual((await single.server.inject(`/api/todos?limit=2&after=${todos[1]?.id}`)).json(), todos.slice(2, 4));
    assert.equal((await single.server.inject('/api/todos?q=nowhere')).body, '[]');
  });

  test('accounts see their own only; a session ends when it is closed; the password is kept as argon2id', async () => {
    const headers = { host: 'todo.example' };
    const sign = async (url: string, name: string) =>
      await several.server.inject({ method: 'POST', url, headers, payload: { name, password: 'correct horse' } });
    const created = await sign('/api/accounts', 'Ann');
    const cookie = String(created.headers['set-cookie']);
    assert.match(cookie, /^todo=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=2592000$/);
    const secure = await several.server.inject({
      method: 'POST',
      url: '/api/session',
      headers: { ...headers, 'x-forwarded-proto': 'https' },
      payload: { name: 'ann', password: 'correct horse' },
    });
    assert.match(String(secure.headers['set-cookie']), /^__Host-todo=.*; Secure$/);
    const signedIn = { ...headers, cookie: cookie.split(';')[0] ?? '' };
    assert.deepEqual((await several.server.inject({ url: '/api/todos', headers: signedIn })).json(), []);
    assert.equal((await sign('/api/accounts', 'ann')).statusCode, 409);
    assert.equal((await several.server.inject({ url: '/api/todos', headers })).statusCode, 401);
    assert.equal((await several.server.inject({ method: 'DELETE', url: '/api/session', headers: signedIn })).statusCode, 204);
    assert.equal((await several.server.inject({ url: '/api/todos', headers: signedIn })).statusCode, 401);
    const { password } = await database.db.selectFrom('accounts').select('password').where('name', '=', 'ann').executeTakeFirstOrThrow();
    assert.match(String(password), /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  test('foreign hosts and origins are kept out, named ones are let in', async () => {
    const status = async (options: { host?: string; origin?: string; site?: string }) =>
      (
        await several.server.inject({
          method: 'POST',
          url: '/api/session',
          headers: {
            host: options.host ?? 'todo.example',
            ...(options.origin !== undefined && { origin: options.origin }),
            ...(options.site !== undefined && { 'sec-fetch-site': options.site }),
          },
          payload: {},
        })
      ).statusCode;
    assert.equal(await status({}), 400);
    assert.equal(await status({ host: 'rebound.example' }), 421);
    for (const host of ['localhost:8080', '192.168.1.5:8080', '[::1]:8080', 'backend:3000']) assert.equal(await status({ host }), 400, host);
    assert.equal(await status({ origin: 'https://evil.example' }), 403);
    assert.equal(await status({ site: 'cross-site' }), 403);
    assert.equal(await status({ origin: 'http://todo.example' }), 400);
    assert.equal(await status({ origin: 'https://friend.example' }), 400);
  });

  test('readiness turns before the server stops', async () => {
    const app = await buildApp(readConfig({ LOG_LEVEL: 'silent' }), database);
    assert.equal((await app.server.inject('/ready')).statusCode, 200);
    await app.close();
    assert.equal((await app.server.inject('/health').catch(() => ({ statusCode: 503 }))).statusCode, 503);
  });
});

test('readConfig() refuses what makes no sense, by its name', () => {
  for (const [name, value] of [
    ['PORT', 'http'],
    ['TODO_ACCOUNTS', 'yes'],
    ['LOG_LEVEL', 'loud'],
    ['DATABASE_URL', 'no url'],
  ] as const) {
    assert.throws(() => readConfig({ [name]: value }), new RegExp(name));
  }
});
