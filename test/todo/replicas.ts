import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { test } from 'node:test';
import { newPerson } from './browser.ts';
import type { Api } from './api.ts';
import type { OnStage } from './stage.ts';

const writers = 4;
const writes = 400;

export function replicas(stage: OnStage): void {
  test('three replicas serve; one is killed while they write; nothing that was acknowledged is lost', async (context) => {
    const { app, api, browser } = stage();
    await app.up(['--no-recreate', '--scale', 'backend=3']);
    try {
      assert.equal((await servers(api)).size, 3, 'three hosts serve');
      await using ann = await newPerson(browser);
      await using bob = await newPerson(browser);
      await ann.open(app.url);
      await bob.open(app.url);
      await ann.add('Across replicas');
      await bob.row('Across replicas').waitFor();

      const [victim = ''] = await app.containers('backend');
      const acknowledged: string[] = [];
      let failures = 0;
      let killed: Promise<unknown> | undefined;
      const write = async (writer: number) => {
        for (let index = 0; index < writes / writers; index++) {
          const response = await api.call('POST', '/todos', { title: `write ${writer}-${index}` }).catch(() => undefined);
          if (response?.status === 201) acknowledged.push(((await response.json()) as { id: string }).id);
          else failures += 1;
          if (acknowledged.length >= writes / 4) killed ??= app.cli(['kill', '--signal', 'KILL', victim]);
          await setImmediate();
        }
      };
      await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
      await killed;
      assert.ok(killed !== undefined, 'a replica was killed');
      const kept = new Set((await api.todos()).map(({ id }) => id));
      const lost = acknowledged.filter((id) => !kept.has(id));
      context.diagnostic(`${acknowledged.length} acknowledged, ${failures} refused, ${lost.length} lost`);
      assert.deepEqual(lost, []);
      assert.ok(failures <= writes / 10, `${failures} of ${writes} writes failed: the others took over`);
      await bob.page.getByRole('searchbox', { name: 'Search' }).fill('kill');
      await ann.add('After the kill');
      await bob.row('After the kill').waitFor();
    } finally {
      await app.up(['--no-recreate', '--scale', 'backend=1']);
    }
  });

  test('the database is restarted in the middle: requests fail cleanly, then all goes on, and both tabs are live again', async (context) => {
    const { app, api, browser } = stage();
    await using ann = await newPerson(browser);
    await using bob = await newPerson(browser);
    await ann.open(app.url);
    await bob.open(app.url);
    const acknowledged: string[] = [];
    const refused = new Map<number, number>();
    let restarted = false;
    const restarting = app.compose(['restart', 'database']).then(() => (restarted = true));
    for (let after = 0, index = 0; after < 20; index++) {
      const response = await api.call('POST', '/todos', { title: `write ${index}` });
      const text = await response.text();
      if (response.status === 201) acknowledged.push((JSON.parse(text) as { id: string }).id);
      else {
        refused.set(response.status, (refused.get(response.status) ?? 0) + 1);
        assert.equal(response.headers.get('content-type'), 'application/problem+json', text);
      }
      if (restarted && response.status === 201) after += 1;
    }
    await restarting;
    context.diagnostic(`${acknowledged.length} written, refused: ${JSON.stringify([...refused])}`);
    assert.ok(
      [...refused.keys()].every((status) => status === 503),
      JSON.stringify([...refused]),
    );
    const kept = new Set((await api.todos()).map(({ id }) => id));
    assert.deepEqual(
      acknowledged.filter((id) => !kept.has(id)),
      [],
    );
    await bob.page.getByRole('searchbox', { name: 'Search' }).fill('again');
    await ann.add('Live again');
    await bob.row('Live again').waitFor();
  });
}

/** The hosts that answer, asked often enough that each has its turn. */
async function servers(api: Api): Promise<Set<string>> {
  const seen = new Set<string>();
  for (let request = 0; request < 100 && seen.size < 3; request++) seen.add((await api.call('GET', '/todos?limit=1')).headers.get('x-served-by') ?? '');
  return seen;
}
