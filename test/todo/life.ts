import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newPerson } from './browser.ts';
import { layoutShift, scrollsSideways, watchLayoutShift } from './in-page.ts';
import type { OnStage } from './stage.ts';

export function life(stage: OnStage): void {
  test('a todo is written, dated, ticked, changed, moved, filed, deleted, brought back', async () => {
    const { app, api, browser } = stage();
    await using person = await newPerson(browser);
    const { page } = person;
    await person.open(app.url);
    await page.getByText('Nothing to do yet').waitFor();
    await person.picture('empty');

    await person.add('Water the plants tomorrow #garden !1');
    await person.add('Write the report in 3 days #work !2');
    await person.add('Call Mum');
    await person.saved();
    const tomorrow = new Date(Date.now() + 86_400_000);
    const [plants] = await api.todos('&tag=garden');
    assert.equal(plants?.title, 'Water the plants');
    assert.equal(plants.priority, 1);
    assert.equal(plants.due, `${tomorrow.getFullYear()}-${String(tomorrow.getMonth() + 1).padStart(2, '0')}-${String(tomorrow.getDate()).padStart(2, '0')}`);
    assert.deepEqual(await person.titles(), ['Water the plants', 'Write the report', 'Call Mum']);

    await person.box('Call Mum').check();
    await page.getByText('2 todos left').waitFor();
    await page.getByRole('navigation', { name: 'Filter' }).getByRole('link', { name: 'Active' }).click();
    assert.deepEqual(await person.titles(), ['Water the plants', 'Write the report']);
    await page.getByRole('navigation', { name: 'Filter' }).getByRole('link', { name: 'All' }).click();

    await person.row('Write the report').locator('.title').dblclick();
    await page.getByRole('textbox', { name: 'Title of Write the report' }).fill('Write the long report');
    await page.keyboard.press('Enter');
    await person
      .row('Write the long report')
      .getByRole('button', { name: /^Details/ })
      .click();
    const details = page.getByRole('dialog', { name: 'Details' });
    await details.getByLabel('Notes').fill('Start with the figures.');
    await details.getByLabel('Tags').fill('work writing');
    await details.getByRole('button', { name: 'Done' }).click();
    await person.saved();
    const [report] = await api.todos('&q=report');
    assert.deepEqual([report?.title, report?.notes, report?.tags], ['Write the long report', 'Start with the figures.', ['work', 'writing']]);

    const grip = person.row('Call Mum').locator('.grip');
    await grip.hover();
    await page.mouse.down();
    await page.mouse.move(300, (await person.row('Water the plants').boundingBox())?.y ?? 0, { steps: 8 });
    await page.mouse.up();
    await person.saved();
    assert.deepEqual(
      (await api.todos()).map(({ title }) => title),
      ['Call Mum', 'Water the plants', 'Write the long report'],
    );

    await page.getByRole('textbox', { name: 'New list' }).fill('Home');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
    await person.add('Fix the door');
    await person.saved();
    const [home] = await api.json<{ id: string; name: string }[]>('GET', '/lists');
    assert.deepEqual(
      (await api.todos(`&list=${home?.id}`)).map(({ title }) => title),
      ['Fix the door'],
    );
    await page.getByRole('link', { name: 'Everything' }).click();
    await person.picture('todos');

    await person.row('Water the plants').hover();
    await person
      .row('Water the plants')
      .getByRole('button', { name: /^Delete/ })
      .click();
    await page.getByText('Deleted “Water the plants”').waitFor();
    assert.equal(await person.row('Water the plants').count(), 0);
    await page.getByRole('log').getByRole('button', { name: 'Undo' }).click();
    await person.row('Water the plants').waitFor();
    await person.saved();
    assert.equal((await api.todos('&tag=garden')).length, 1);

    await page.getByRole('button', { name: 'Clear completed' }).click();
    await person.saved();
    assert.deepEqual(
      (await api.todos()).map(({ title }) => title),
      ['Water the plants', 'Write the long report', 'Fix the door'],
    );
    assert.deepEqual(person.faults, []);
  });

  test('what is searched for is found in title, notes and tags', async () => {
    const { app, api, browser } = stage();
    await api.add('Alpha', { notes: 'with a word nobody expects' });
    await api.add('Beta', { tags: ['unexpected'] });
    await api.add('Gamma 100%');
    await using person = await newPerson(browser);
    await person.open(app.url);
    const search = person.page.getByRole('searchbox', { name: 'Search' });
    for (const [words, found] of [
      ['expect', ['Alpha', 'Beta']],
      ['gamma 100%', ['Gamma 100%']],
      ['zzz', []],
    ] as const) {
      await search.fill(words);
      assert.deepEqual(await person.titles(), found);
      assert.deepEqual(
        (await api.todos(`&q=${encodeURIComponent(words)}`)).map(({ title }) => title),
        found,
      );
    }
    await person.page.getByText('Nothing found').waitFor();
  });

  test('dark, light and small all look right', async () => {
    const { app, api, browser } = stage();
    await api.add('Water the plants', { priority: 1, tags: ['garden'] });
    await api.add('Write a rather long title that does not fit into the width of a telephone', { priority: 2 });
    for (const [name, options] of [
      ['dark', { colorScheme: 'dark' }],
      ['small', { viewport: { width: 390, height: 720 }, hasTouch: true }],
    ] as const) {
      await using person = await newPerson(browser, options);
      await person.open(app.url);
      await person.row('Water the plants').waitFor();
      const wider = await person.page.evaluate<boolean>(scrollsSideways);
      assert.equal(wider, false, `${name}: the page scrolls sideways`);
      await person.picture(name);
    }
  });

  test('nothing jumps while the page loads', async () => {
    const { app, api, browser } = stage();
    for (const title of ['one', 'two', 'three']) await api.add(title);
    await using person = await newPerson(browser);
    await person.page.addInitScript(watchLayoutShift);
    await person.open(app.url);
    await person.row('three').waitFor();
    const shift = await person.page.evaluate<number>(layoutShift);
    assert.ok(shift < 0.02, `cumulative layout shift ${shift}`);
  });
}
