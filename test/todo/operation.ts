import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newPerson } from './browser.ts';
import type { OnStage } from './stage.ts';

export function operation(stage: OnStage): void {
  test('the engine is killed while the application serves: no request fails, and the new engine knows its containers', async (context) => {
    const { app, api } = stage();
    if (app.engine === undefined) return context.skip('a Docker of others is not killed');
    // While no name server answers, nginx goes on with the backends that it found at its start: it shall know those of now.
    await app.compose(['stop', 'frontend']);
    await app.up();
    await api.add('Before');
    const write = async (title: string) => assert.equal((await api.call('POST', '/todos', { title })).status, 201, title);
    await app.engine.kill();
    for (let index = 0; index < 10; index++) await write(`without an engine ${index}`);
    const restarting = app.engine.restart();
    for (let index = 0; index < 10; index++) await write(`meanwhile ${index}`);
    await restarting;
    await write('after');
    assert.equal((await api.todos()).length, 22);
    const [backend = ''] = await app.containers('backend');
    assert.match(await app.cli(['logs', '--tail', '5', backend]), /"method":"GET","url":"\/api\/todos/);
    assert.equal((await app.cli(['exec', backend, 'id', '-u'])).trim(), '1000');
    await app.compose(['stop', 'frontend']);
    await app.up();
    assert.equal((await api.todos()).length, 22);
  });

  test('down and up again keeps everything', async () => {
    const { app, api, browser } = stage();
    await api.add('Kept', { tags: ['kept'], notes: 'and its notes' });
    await using person = await newPerson(browser);
    await person.open(app.url);
    await app.compose(['down']);
    assert.deepEqual(await app.containers('database'), []);
    await app.up();
    await person.page.reload();
    await person.row('Kept').waitFor();
    await person.saved();
    const [kept] = await api.todos();
    assert.deepEqual([kept?.title, kept?.tags, kept?.notes], ['Kept', ['kept'], 'and its notes']);
  });

  test('a backup brings back what was deleted, and open pages follow', async () => {
    const { app, api, browser } = stage();
    await api.add('Saved');
    const dump = await app.composeBytes(['run', '--rm', '--no-TTY', 'backup']);
    assert.equal(dump.subarray(0, 5).toString(), 'PGDMP');
    await using person = await newPerson(browser);
    await person.open(app.url);
    await api.clear();
    await person.page.getByText('Nothing to do yet').waitFor();
    await app.compose(['run', '--rm', '--no-TTY', 'restore'], { input: dump });
    assert.deepEqual(
      (await api.todos()).map(({ title }) => title),
      ['Saved'],
    );
    await person.page.reload();
    await person.row('Saved').waitFor();
  });

  test('health, readiness and metrics tell the state; the profiles work', async () => {
    const { app, api } = stage();
    assert.deepEqual(await (await fetch(`${app.url}/health`)).json(), { status: 'ok' });
    assert.deepEqual(await (await fetch(`${app.url}/ready`)).json(), { status: 'ready' });
    const [backend = ''] = await app.containers('backend');
    const metrics = await app.cli(['exec', backend, 'node', 'todo.mjs', 'health', '/metrics']);
    assert.match(metrics, /http_request_duration_seconds_count\{method="GET",route="\/api\/todos",status="2xx"\} \d+/);
    const spec = await app.compose(['run', '--rm', '--no-TTY', 'test']);
    assert.equal(spec.match(/^ok - /gm)?.length, 16, spec);
    await api.clear();
    assert.match(await app.compose(['run', '--rm', '--no-TTY', 'seed']), /Added 7 todos/);
    await app.compose(['--profile', 'debug', 'up', '--detach', '--wait', 'tables']);
    const tables = (await app.compose(['port', 'tables', '3000'])).trim();
    assert.match(await (await fetch(`http://${tables}/?table=todos`)).text(), /Read the README of this application/);
    assert.doesNotMatch(await (await fetch(`http://${tables}/?table=accounts`)).text(), /argon2/);
    assert.match(await app.compose(['logs', '--no-log-prefix', 'backend']), /"method":"GET","url":"\/api\/todos\?limit=1000","status":200/);
  });

  test('stopping lets the requests that run finish', async () => {
    const { app, api } = stage();
    const [backend = ''] = await app.containers('backend');
    const running = Array.from({ length: 20 }, (_, index) => api.call('POST', '/todos', { title: `last ${index}` }));
    const [statuses] = await Promise.all([Promise.all(running.map(async (response) => (await response).status)), app.cli(['stop', backend])]);
    assert.equal((await app.cli(['inspect', '--format', '{{.State.ExitCode}}', backend])).trim(), '0');
    await app.up();
    assert.equal((await api.todos()).length, statuses.filter((status) => status === 201).length);
    assert.ok(
      statuses.every((status) => [201, 502, 503].includes(status)),
      String(statuses),
    );
  });

  test('the unit tests of backend and frontend pass in the images’ own test stages', async () => {
    const { app } = stage();
    for (const part of ['backend', 'frontend']) {
      await app.cli(['build', '--target', 'test', '--tag', `todo-${part}-tested:${app.project}`, '--secret', 'id=extra-ca,src=extra-ca.pem', part], {
        env: { DOCKER_BUILDKIT: '1' },
      });
      await app.cli(['rmi', `todo-${part}-tested:${app.project}`]);
    }
  });
}
