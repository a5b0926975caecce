import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newPerson } from './browser.ts';
import type { OnStage } from './stage.ts';

interface ProblemDocument {
  status: number;
  title: string;
  detail: string;
}

export function badInput(stage: OnStage): void {
  test('what makes no sense is refused, said why, and changes nothing', async () => {
    const { api } = stage();
    const { id } = await api.add('Here before');
    const cases: [string, string, unknown, number, RegExp][] = [
      ['POST', '/todos', '{"title":', 400, /JSON/],
      ['POST', '/todos', 'null', 400, /must be object/],
      ['POST', '/todos', [], 400, /must be object/],
      ['POST', '/todos', {}, 400, /title/],
      ['POST', '/todos', { title: '' }, 400, /title/],
      ['POST', '/todos', { title: ' \t' }, 400, /title/],
      ['POST', '/todos', { title: 'x'.repeat(501) }, 400, /title/],
      ['POST', '/todos', { title: 5 }, 400, /title must be string/],
      ['POST', '/todos', { title: 'x', compelted: true }, 400, /compelted is not a known field/],
      ['POST', '/todos', { title: 'a\0b' }, 400, /title/],
      ['POST', '/todos', { title: 'x', due: '2027-02-30' }, 400, /due/],
      ['POST', '/todos', { title: 'x', due: 'tomorrow' }, 400, /due/],
      ['POST', '/todos', { title: 'x', priority: 7 }, 400, /priority/],
      ['POST', '/todos', { title: 'x', tags: ['two words'] }, 400, /tags/],
      ['POST', '/todos', { title: 'x', tags: Array.from({ length: 21 }, (_, index) => `t${index}`) }, 400, /tags/],
      ['POST', '/todos', { title: 'x', completed: 'yes' }, 400, /completed/],
      ['POST', '/todos', { title: 'x', listId: '3f0e7b32-6f0d-4a35-9d0c-1a2b3c4d5e6f' }, 422, /no list/],
      ['POST', '/todos', { title: 'x', notes: 'n'.repeat(3 << 20) }, 400, /notes/],
      ['POST', '/todos', { title: 'x', notes: 'n'.repeat(9 << 20) }, 413, /./],
      ['PATCH', `/todos/${id}`, {}, 400, /./],
      ['PATCH', `/todos/${id}`, { id: 'other' }, 400, /id is not a known field/],
      ['PATCH', `/todos/${id}`, { __proto__: null, constructor: { prototype: {} } }, 400, /./],
      ['GET', '/todos/not-an-id', undefined, 400, /id/],
      ['GET', '/todos/3f0e7b32-6f0d-4a35-9d0c-1a2b3c4d5e6f', undefined, 404, /no todo/],
      ['GET', '/todos?limit=0', undefined, 400, /limit/],
      ['GET', '/todos?sort=evil', undefined, 400, /sort/],
      ['GET', '/todos?unknown=1', undefined, 400, /unknown/],
      ['GET', "/todos?list=' or 1=1 --", undefined, 400, /list/],
      ['GET', '/changes?since=1.99999999999999999999999', undefined, 200, /./],
      ['POST', '/todos/bulk', { action: 'explode' }, 400, /./],
      ['POST', '/todos/bulk', { action: 'delete', ids: [] }, 400, /./],
      ['POST', '/import', { version: 2, todos: [] }, 400, /version/],
      ['GET', '/nothing-here', undefined, 404, /nothing/],
      ['PUT', `/todos/${id}`, { title: 'x' }, 404, /nothing/],
    ];
    for (const [method, path, body, status, reason] of cases) {
      const response = await api.call(method, path, body);
      const name = `${method} ${path} ${JSON.stringify(body)?.slice(0, 60)}`;
      const text = await response.text();
      assert.equal(response.status, status, `${name}: ${text.slice(0, 200)}`);
      if (status < 400 || status === 413) continue;
      assert.equal(response.headers.get('content-type'), 'application/problem+json', name);
      const problem = JSON.parse(text) as ProblemDocument;
      assert.equal(problem.status, status, name);
      assert.match(problem.detail, reason, name);
      assert.doesNotMatch(text, /select |insert |node_modules|\.ts:/i, `${name} tells nothing of the inside`);
    }
    assert.deepEqual(
      (await api.todos()).map(({ title }) => title),
      ['Here before'],
    );
  });

  test('SQL and HTML are text like any other', async () => {
    const { app, api, browser } = stage();
    const titles = [
      `'); drop table todos; --`,
      `<img src=x onerror="document.title='owned'">`,
      '<script>document.title="owned"</script>',
      '%_\\',
      'ﷺ 👩‍👩‍👧‍👦 e\u0301 \u202Eabc',
      '../../etc/passwd',
    ];
    for (const title of titles) await api.add(title, { notes: title, tags: ['<b>'] });
    assert.deepEqual(
      (await api.todos()).map(({ title }) => title),
      titles,
    );
    assert.deepEqual(
      (await api.todos(`&q=${encodeURIComponent('%_\\')}`)).map(({ title }) => title),
      ['%_\\'],
    );
    await using person = await newPerson(browser);
    await person.open(app.url);
    assert.deepEqual(await person.titles(), titles);
    await person
      .row(titles[1] ?? '')
      .getByRole('button', { name: /^Details/ })
      .click();
    await person.page.getByRole('dialog').waitFor();
    assert.equal(await person.page.title(), 'Todo');
    assert.deepEqual(person.faults, []);
    const docs = await (await api.call('GET', '/export?format=markdown')).text();
    assert.match(docs, /drop table/);
  });

  test('pages of other sites may not write, nor reach it under another name', async () => {
    const { api, app } = stage();
    const evil = await api.call('POST', '/todos', { title: 'x' }, { origin: 'https://evil.example' });
    assert.equal(evil.status, 403);
    const form = await fetch(`${app.url}/api/todos`, { method: 'DELETE', headers: { 'sec-fetch-site': 'cross-site' } });
    assert.equal(form.status, 403);
    assert.equal((await api.call('GET', '/todos', undefined, { origin: 'https://evil.example' })).headers.get('access-control-allow-origin'), null);
    assert.equal(
      (await api.call('GET', '/todos', undefined, { 'x-forwarded-host': 'rebound.example' })).status,
      200,
      'the proxy says the host, not the caller',
    );
    const page = await fetch(app.url);
    assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'; script-src 'self'/);
    assert.equal((await fetch(`${app.url}/metrics`)).status, 404, 'metrics are for the inside');
  });
}
