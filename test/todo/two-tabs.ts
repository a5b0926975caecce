import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newPerson } from './browser.ts';
import type { OnStage } from './stage.ts';

export function twoTabs(stage: OnStage): void {
  test('what one does the other sees at once', async () => {
    const { app, browser } = stage();
    await using ann = await newPerson(browser);
    await using bob = await newPerson(browser);
    await ann.open(app.url);
    await bob.open(app.url);
    await ann.add('Shared');
    await bob.row('Shared').waitFor();
    await bob.box('Shared').check();
    await ann.page.locator('li.row.completed', { hasText: 'Shared' }).waitFor();
    await ann.page.getByRole('button', { name: 'Clear completed' }).click();
    await bob.page.getByText('Nothing to do yet').waitFor();
  });

  test('changes of different fields come together; of the same field the second is asked', async () => {
    const { app, api, browser } = stage();
    const { id } = await api.add('Original');
    await using ann = await newPerson(browser);
    await using bob = await newPerson(browser);
    await ann.open(app.url);
    await bob.open(app.url);
    await bob.row('Original').waitFor();
    const rename = async (person: typeof ann, from: string, to: string) => {
      await person.row(from).locator('.title').dblclick();
      await person.page.getByRole('textbox', { name: `Title of ${from}` }).fill(to);
      await person.page.keyboard.press('Enter');
    };

    await bob.context.setOffline(true);
    await rename(bob, 'Original', 'Bob’s');
    await ann.box('Original').check();
    await ann.saved();
    await bob.context.setOffline(false);
    await bob.saved();
    const merged = await api.json<{ title: string; completed: boolean }>('GET', `/todos/${id}`);
    assert.deepEqual([merged.title, merged.completed], ['Bob’s', true]);

    await ann.row('Bob’s').waitFor();
    await bob.context.setOffline(true);
    await rename(bob, 'Bob’s', 'Bob’s second');
    await rename(ann, 'Bob’s', 'Ann’s');
    await ann.saved();
    await bob.context.setOffline(false);
    await bob.page.getByText('“Ann’s” was changed elsewhere').waitFor();
    assert.equal((await api.json<{ title: string }>('GET', `/todos/${id}`)).title, 'Ann’s');
    await bob.page.getByRole('log').getByRole('button', { name: 'Use mine' }).click();
    await ann.row('Bob’s second').waitFor();
  });
}
