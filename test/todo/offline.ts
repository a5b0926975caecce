import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newPerson } from './browser.ts';
import { comeBackToPage, workerReady } from './in-page.ts';
import type { OnStage } from './stage.ts';

export function offline(stage: OnStage): void {
  test('without a network the page starts, shows what it knew, takes what is written, and sends it later', async () => {
    const { app, api, browser } = stage();
    await api.add('Known before');
    await using person = await newPerson(browser);
    const { page, context } = person;
    await person.open(app.url);
    await page.evaluate(workerReady);
    await context.setOffline(true);
    await page.reload();
    await person.row('Known before').waitFor();
    await person.add('Written in the train #travel');
    await person.box('Known before').check();
    await page
      .getByRole('status')
      .filter({ hasText: /Offline, 2 to send/ })
      .waitFor();
    await person.picture('offline');
    await page.reload();
    await person.row('Written in the train').waitFor();
    assert.deepEqual(
      (await api.todos()).map(({ title, completed }) => [title, completed]),
      [['Known before', false]],
    );

    await context.setOffline(false);
    await person.saved();
    assert.deepEqual(
      (await api.todos()).map(({ title, completed }) => [title, completed]),
      [
        ['Known before', true],
        ['Written in the train', false],
      ],
    );
  });

  test('the page can be installed: manifest, icon, worker', async () => {
    const { app } = stage();
    const manifest = (await (await fetch(`${app.url}/manifest.webmanifest`)).json()) as { start_url: string; display: string; icons: { src: string }[] };
    assert.deepEqual([manifest.start_url, manifest.display], ['/', 'standalone']);
    for (const path of [String(manifest.icons[0]?.src), '/worker.js']) assert.equal((await fetch(new URL(path, app.url))).status, 200);
  });

  test('when the clock is set forward the day’s todos are those of the new day', async () => {
    const { app, api, browser } = stage();
    await api.add('Far away', { due: '2031-05-05' });
    await using person = await newPerson(browser);
    await person.open(`${app.url}/#/today`);
    assert.deepEqual(await person.titles(), []);
    await person.page.clock.setFixedTime('2031-05-05T10:00:00Z');
    await person.page.evaluate(comeBackToPage);
    await person.row('Far away').waitFor();
    await person.page.clock.setFixedTime('2020-01-01T10:00:00Z');
    await person.page.evaluate(comeBackToPage);
    await person.page.getByText('Nothing is due').waitFor();
    await person.add('Written in the past');
    await person.saved();
    assert.equal((await api.todos('&q=past'))[0]?.due, '2020-01-01');
  });
}
