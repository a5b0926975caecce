import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { Person } from './browser.ts';
import { newPerson } from './browser.ts';
import type { OnStage } from './stage.ts';

/** A security key that the browser only pretends to have: it confirms by itself. */
async function withAuthenticator(person: Person): Promise<void> {
  const devtools = await person.context.newCDPSession(person.page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

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
        await person.page.getByRole('button', { name: 'Make an account', exact: true }).click();
        await person.saved();
        await person.add(`Secret of ${name}`);
        await person.saved();
        assert.deepEqual(await person.titles(), [`Secret of ${name}`]);
      }
      // Bob leaves without signing out; his session ends; at the same browser comes Carol.
      await bob.context.setOffline(true);
      await bob.add('Never sent by Bob');
      await bob.context.clearCookies();
      await bob.context.setOffline(false);
      await bob.page.getByRole('button', { name: 'Make an account', exact: true }).waitFor();
      await bob.page.reload();
      await bob.page.getByLabel('Name').fill(`carol-${suffix}`);
      await bob.page.getByLabel('Password').fill(password);
      await bob.page.getByRole('button', { name: 'Make an account', exact: true }).click();
      await bob.saved();
      await bob.page.getByText('Nothing to do yet').waitFor();
      const [cookie] = await ann.context.cookies();
      assert.deepEqual([cookie?.httpOnly, cookie?.sameSite], [true, 'Strict']);

      await ann.page.getByRole('button', { name: /^Sign out/ }).click();
      await ann.page.getByRole('heading', { name: 'Todo' }).waitFor();
      await ann.page.reload();
      await ann.page.getByLabel('Name').fill(`ann-${suffix}`);
      await ann.page.getByLabel('Password').fill('not the password');
      await ann.page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await ann.page.getByRole('alert').filter({ hasText: 'Name or password is wrong' }).waitFor();
      await ann.picture('sign-in');
      await ann.page.getByLabel('Password').fill(password);
      await ann.page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await ann.row(`Secret of ann-${suffix}`).waitFor();

      await using eve = await newPerson(browser);
      await withAuthenticator(eve);
      await eve.page.goto(app.url);
      await eve.page.getByLabel('Name').fill(`eve-${suffix}`);
      await eve.page.getByRole('button', { name: 'Make an account with a passkey' }).click();
      await eve.saved();
      await eve.add('Behind a passkey');
      await eve.saved();
      await eve.page.getByRole('button', { name: /^Sign out/ }).click();
      await eve.page.getByRole('button', { name: 'Sign in with a passkey' }).click();
      await eve.row('Behind a passkey').waitFor();
      const forged = { id: 'AAAA', rawId: 'AAAA', type: 'public-key', response: {} };
      assert.equal((await api.call('POST', '/passkeys/session', { answer: forged })).status, 401);
      assert.equal((await api.call('POST', '/passkeys', { name: `mallory-${suffix}`, answer: forged })).status, 400);

      const statuses: number[] = [];
      for (let attempt = 0; attempt < 12; attempt++)
        statuses.push((await api.call('POST', '/session', { name: `bob-${suffix}`, password: 'guess number ' + attempt })).status);
      assert.deepEqual(
        statuses.slice(0, 10),
        Array.from({ length: 10 }, () => 401),
      );
      assert.deepEqual(statuses.slice(10), [429, 429]);
      assert.equal((await api.call('POST', '/accounts', { name: `zoe-${suffix}`, password: 'short' })).status, 400);
    } finally {
      await app.up();
    }
    assert.deepEqual(
      (await api.todos()).map(({ title }) => title),
      ['Everybody’s'],
    );
  });
}
