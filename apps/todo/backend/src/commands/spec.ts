import assert from 'node:assert/strict';
import type { Config } from '../config.ts';

interface Item {
  title: string;
  completed: boolean;
  url: string;
  order: number | null;
}

/**
 * The sixteen cases of the todo-backend specification (todobackend.com) against a root such as "http://localhost:8080/api/todos".
 * It deletes every todo there. CORS is asked for only when an origin is given: `spec ROOT ORIGIN`.
 */
export async function run(_config: Config, [root = process.env['SPEC_ROOT'] ?? 'http://localhost:3000/api/todos', origin]: string[]): Promise<number> {
  let failed = 0;
  for (const [name, check] of Object.entries(cases(root, origin))) {
    const failure = await failureOf(check);
    if (failure !== undefined) failed += 1;
    console.log(failure === undefined ? `ok - ${name}` : `not ok - ${name}\n  ${failure}`);
  }
  return failed === 0 ? 0 : 1;
}

async function failureOf(check: () => Promise<void>): Promise<string | undefined> {
  try {
    await check();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : 'failed';
  }
}

function cases(root: string, origin: string | undefined): Record<string, () => Promise<void>> {
  const call = async (method: string, url: string, body?: unknown): Promise<Response> => {
    const response = await fetch(url, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...(origin !== undefined && { origin }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    assert.ok(response.ok, `${method} ${url}: ${response.status}`);
    if (origin !== undefined) assert.equal(response.headers.get('access-control-allow-origin'), origin);
    return response;
  };
  const json = async <T>(method: string, url: string, body?: unknown): Promise<T> => {
    const response = await call(method, url, body);
    assert.match(response.headers.get('content-type') ?? '', /^application\/json/);
    return (await response.json()) as T;
  };
  const all = () => json<Item[]>('GET', root);
  const post = (item: Partial<Item> = {}) => json<Item>('POST', root, { title: 'walk the dog', ...item });
  const clear = () => call('DELETE', root);

  return {
    'the root answers a GET, and a preflight for what changes': async () => {
      await call('GET', root);
      assert.match((await call('OPTIONS', root)).headers.get('allow') ?? '', /PATCH.*DELETE/);
    },
    'the root answers a POST with the todo': async () => assert.equal((await post({ title: 'a todo' })).title, 'a todo'),
    'the root answers a DELETE': async () => void (await clear()),
    'after a DELETE the root is an empty list': async () => {
      await clear();
      assert.deepEqual(await all(), []);
    },
    'a new todo is in the list': async () => {
      await clear();
      await post();
      assert.deepEqual(
        (await all()).map(({ title }) => title),
        ['walk the dog'],
      );
    },
    'a new todo is not completed': async () => {
      await clear();
      await post();
      assert.equal((await all())[0]?.completed, false);
    },
    'a new todo has a url': async () => assert.equal(typeof (await post()).url, 'string'),
    'the url leads to the todo': async () => {
      const { url } = await post({ title: 'my todo' });
      assert.equal((await json<Item>('GET', url)).title, 'my todo');
    },
    'the list leads to the todo': async () => {
      await clear();
      await post();
      const [first] = await all();
      assert.equal((await json<Item>('GET', String(first?.url))).title, 'walk the dog');
    },
    'a PATCH changes the title': async () => {
      const { url } = await post({ title: 'initial title' });
      assert.equal((await json<Item>('PATCH', url, { title: 'bathe the cat' })).title, 'bathe the cat');
    },
    'a PATCH completes': async () => assert.equal((await json<Item>('PATCH', (await post()).url, { completed: true })).completed, true),
    'changes last, in the todo and in the list': async () => {
      await clear();
      const { url } = await post();
      await call('PATCH', url, { title: 'changed title', completed: true });
      for (const item of [await json<Item>('GET', url), ...(await all())]) assert.deepEqual([item.title, item.completed], ['changed title', true]);
      assert.equal((await all()).length, 1);
    },
    'a DELETE removes the todo': async () => {
      await clear();
      await call('DELETE', (await post()).url);
      assert.deepEqual(await all(), []);
    },
    'a todo can be made with an order': async () => assert.equal((await post({ order: 523 })).order, 523),
    'a PATCH changes the order': async () => assert.equal((await json<Item>('PATCH', (await post({ order: 10 })).url, { order: 95 })).order, 95),
    'the order is remembered': async () => {
      const { url } = await post({ order: 10 });
      await call('PATCH', url, { order: 95 });
      assert.equal((await json<Item>('GET', url)).order, 95);
    },
  };
}
