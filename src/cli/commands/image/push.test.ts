import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Client } from '../../../client/index.ts';
import type { Invocation } from '../../invocation.ts';
import { pushImage } from './push.ts';

/** What a quiet push prints, with an engine that says nothing. */
async function printedFor(name: string): Promise<string> {
  let printed = '';
  const call = { config: () => ({ values: {} }), stdout: { write: (text: string) => (printed += text) } } as unknown as Invocation;
  const client = { images: { push: async function* () {} } } as unknown as Client;
  await pushImage(call, client, name, { quiet: true });
  return printed;
}

test('pushImage() quietly prints the normalised name, however it was written', async () => {
  for (const [name, wanted] of [
    ['busybox:1', 'docker.io/library/busybox:1'],
    ['me/app:1', 'docker.io/me/app:1'],
    ['docker.io/me/app:1', 'docker.io/me/app:1'],
    ['index.docker.io/busybox:1', 'docker.io/library/busybox:1'],
    ['localhost:5000/app:1', 'localhost:5000/app:1'],
  ] as const)
    assert.equal(await printedFor(name), `${wanted}\n`);
});
