import { writeFileSync } from 'node:fs';
import { readCredentials } from '../../config/credentials.ts';
import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';
import { showProgress } from '../../terminal/progress.ts';
import { streamProgress } from '../../../client/index.ts';
import { encodeAuthHeader } from '../../../api/index.ts';
import { openContext } from './build-context.ts';
import { buildQuery } from './build-query.ts';

/** `build`: builds an image from a Dockerfile and a folder, or a tar archive on stdin. */
export async function run(call: Invocation): Promise<void> {
  const { args, flags, stdout, stderr, config } = call;
  const query = buildQuery(call);
  const context = openContext(call, args[0] ?? '');
  const client = await call.connect();
  const auths = Object.keys(config().values.auths ?? {});
  const credentials = Object.fromEntries(await Promise.all(auths.map(async (name) => [name, await readCredentials(config(), name)] as const)));
  const headers = { 'Content-Type': 'application/x-tar', 'X-Registry-Config': encodeAuthHeader(credentials) };
  const quiet = flags.bool('quiet');
  let id = '';
  const messages = streamProgress(client.connection, 'POST', '/build', { query: { ...query, dockerfile: context.dockerfile }, headers, body: context.tar });
  await showProgress(messages, quiet ? stdout : stderr, (aux) => {
    if (typeof aux['ID'] === 'string') id = aux['ID'];
  });
  const file = flags.string('iidfile');
  if (file) writeFileSync(file, id);
  if (id === '') throw new ExitError(1, 'the engine did not tell the ID of the image');
}
