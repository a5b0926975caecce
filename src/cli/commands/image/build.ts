import { writeFileSync } from 'node:fs';
import { messageOf } from '../../../base/index.ts';
import type { Client, ImageBuildOptions } from '../../../client/index.ts';
import { openBuildProgress, type ProgressMode } from '../../build/index.ts';
import { readCredentials } from '../../config/credentials.ts';
import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';
import { runCheck, showTargets } from './build-check.ts';
import { openContext } from './build-context.ts';
import { buildOptions, refuseUnsupported } from './build-options.ts';
import { writeOutput } from './build-output.ts';

/** `build`: builds an image from a Dockerfile and a folder, or from an archive or a Dockerfile on stdin. */
export async function run(call: Invocation): Promise<number> {
  const { args, flags } = call;
  refuseUnsupported(flags);
  const context = await openContext(call, args[0] ?? '');
  const method = flags.string('call');
  if (method === 'targets' || method === 'outline') {
    await showTargets(call, context, method);
    return 0;
  }
  const options = { ...buildOptions(call), dockerfile: context.dockerfile, listing: context.listing, registries: await credentials(call) };
  const client = await call.connect();
  if (flags.bool('check') || flags.string('call') === 'check') {
    await runCheck(call, client, context, options);
    return 0;
  }
  const id = await build(call, client, context.body, options);
  if (flags.string('iidfile')) writeFileSync(flags.string('iidfile'), id);
  if (flags.string('metadata-file'))
    writeFileSync(
      flags.string('metadata-file'),
      `${JSON.stringify({ 'containerimage.digest': id, 'image.name': flags.list('tag').join(',') }, undefined, 2)}\n`,
    );
  for (const output of flags.list('output')) await writeOutput(client, id, output);
  if (flags.bool('push')) await push(call, client);
  return 0;
}

async function build(call: Invocation, client: Client, body: AsyncIterable<Uint8Array>, options: ImageBuildOptions): Promise<string> {
  const { flags, stdout, stderr, env } = call;
  using view = openBuildProgress({ mode: modeOf(call), stream: stderr, classic: flags.bool('quiet') ? stdout : stderr, env });
  try {
    for await (const message of client.images.build(body, options)) view.message(message);
  } catch (error) {
    view.fail(messageOf(error));
    throw new ExitError(1);
  }
  view.finish();
  const id = view.imageId;
  if (id === undefined) throw new ExitError(1, 'the engine did not tell the ID of the image');
  if (flags.bool('quiet')) stdout.write(`${id}\n`);
  return id;
}

function modeOf({ flags, env }: Invocation): ProgressMode {
  const asked = flags.bool('quiet') ? 'quiet' : flags.changed('progress') ? flags.string('progress') : (env['BUILDKIT_PROGRESS'] ?? 'auto');
  if (asked === 'auto' || asked === 'plain' || asked === 'tty' || asked === 'quiet' || asked === 'rawjson' || asked === 'none') return asked;
  throw new ExitError(1, `invalid progress mode ${asked}: it is one of "auto", "plain", "tty", "quiet", "rawjson" and "none"`);
}

async function credentials({ config }: Invocation): Promise<NonNullable<ImageBuildOptions['registries']>> {
  const names = Object.keys(config().values.auths ?? {});
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readCredentials(config(), name)] as const)));
}

async function push(call: Invocation, client: Client): Promise<void> {
  const { pushImage } = await import('./push.ts');
  const names = call.flags.list('tag');
  if (names.length === 0) throw new ExitError(1, '--push needs a name: give one with --tag');
  for (const name of names) await pushImage(call, client, name, { quiet: call.flags.bool('quiet') });
}
