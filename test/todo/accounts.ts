import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { newPerson } from './browser.ts';
import type { OnStage } from './stage.ts';

export function accounts(stage: OnStage): void {
  test('with accounts everybody signs in and sees their own; guessing is stopped', async () => {
    const { app, api, browser } = stage();
    await api.add('Everybody’s');
    await app.up([], { env: { TODO_ACCOUNTS: 'on' } });
    try {
      const suffix = randomBytes(3).toString('hex');
      const password = 'correct horse battery';
      assert.equal((await api.call('GET', '/todos')).status, 401);
      await using ann = await newPerson(browser);
      await using bob = await newPerson(browser);
      for (const [person, name] of [
        [ann, `ann-${suffix}`],
        [bob, `bob-${suffix}`],
      ] as const) {
        await person.page.goto(app.url);
        await person.page.getByLabel('Name').fill(name);
        await person.page.getByLabel('Password').fill(password);
        await person.page.getByRole('button', { name: 'Make an account' }).click();
        await person.saved();
        await person.add(`Secret of ${name}`);
        await person.saved();
        assert.deepEqual(await person.titles(), [`Secret of ${name}`]);
      }
      const [cookie] = await ann.context.cookies();
      assert.deepEqual([cookie?.httpOnly, cookie?.sameSite], [true, 'Strict']);

      await ann.page.getByRole('button', { name: /^Sign out/ }).click();
      await ann.page.getByRole('heading', { name: 'Todo' }).waitFor();
      await ann.page.reload();
      await ann.page.getByLabel('Name').fill(`ann-${suffix}`);
      await ann.page.getByLabel('Password').fill('not the password');
      await ann.page.getByRole('button', { name: 'Sign in' }).click();
      await ann.page.getByRole('alert').filter({ hasText: 'Name or password is wrong' }).waitFor();
      await ann.picture('sign-in');
      await ann.page.getByLabel('Password').fill(password);
      await ann.page.getByRole('button', { name: 'Sign in' }).click();
      await ann.row(`Secret of ann-${suffix}`).waitFor();

      const statuses: number[] = [];
      for (let attempt = 0; attempt < 12; attempt++)
        statuses.push((await api.call('POST', '/session', { name: `bob-${suffix}`, password: 'guess number ' + attempt })).status);
      assert.deepEqual(
        statuses.slice(0, 10),
        Array.from({ length: 10 }, () => 401),
      );
      assert.deepEqual(statuses.slice(10), [429, 429]);
      assert.equal((await api.call('POST', '/accounts', { name: `eve-${suffix}`, password: 'short' })).status, 400);
    } finally {
      await app.up();
    }
    assert.deepEqual(
      (await api.todos()).map(({ title }) => title),
      ['Everybody’s'],
    );
  });
}
