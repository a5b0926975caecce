import { writeFileSync } from 'node:fs';
import { messageOf } from '../../../base/index.ts';
import type { Client, ImageBuildOptions } from '../../../client/index.ts';
import type { AuthConfig } from '../../../api/index.ts';
import { openBuildProgress } from '../../build/index.ts';
import type { BuildView, ProgressMode } from '../../build/index.ts';
import { readCredentials } from '../../config/credentials.ts';
import { registryOf, splitReference } from '../../image-name.ts';
import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';
import { showProgress } from '../../terminal/progress.ts';
import { runCheck, showTargets } from './build-check.ts';
import { openContext } from './build-context.ts';
import { buildOptions } from './build-options.ts';
import { parseOutput, writeOutput } from './build-output.ts';

/** `build`: builds an image from a Dockerfile and a folder, or what stands on stdin. */
export async function run(call: Invocation): Promise<void> {
  const { flags, stdout } = call;
  const options = buildOptions(call);
  const outputs = flags.list('output').map(parseOutput);
  if (outputs.length > 1) throw new ExitError(1, 'multiple outputs are not supported: build once, the second time comes from the cache');
  const context = await openContext(call, call.args[0] ?? '');
  const called = flags.bool('check') ? 'check' : flags.string('call');
  if (called === 'targets' || called === 'outline') return await showTargets(call, context, called);
  const client = await call.connect();
  if (called === 'check') return await runCheck(call, client, context, options);
  if (called !== 'build') throw new ExitError(1, `--call=${called} is not supported: one of build, check, outline, targets is needed`);
  using view = openBuildProgress({ mode: modeOf(call), stream: call.stderr, classic: stdout, env: call.env });
  const imageId = await build(client, context, { ...options, registries: await credentials(call) }, view);
  if (flags.string('iidfile') !== '') writeFileSync(flags.string('iidfile'), imageId);
  if (flags.string('metadata-file') !== '') writeFileSync(flags.string('metadata-file'), metadata(imageId, flags.list('tag')));
  if (outputs[0]) await writeOutput(client, imageId, outputs[0], call);
  if (flags.bool('push')) await pushAll(call, client);
  if (flags.bool('quiet')) stdout.write(`${imageId}\n`);
}

async function build(
  client: Client,
  { body, dockerfile }: { body: AsyncIterable<Uint8Array>; dockerfile: string },
  options: ImageBuildOptions,
  view: BuildView,
): Promise<string> {
  try {
    for await (const message of client.images.build(body, { ...options, dockerfile })) view.message(message);
  } catch (error) {
    view.fail(messageOf(error));
    throw new ExitError(1);
  }
  view.finish();
  if (view.imageId === undefined) throw new ExitError(1, 'the engine did not tell the ID of the image');
  return view.imageId;
}

function modeOf({ flags, env }: Invocation): ProgressMode {
  if (flags.bool('quiet')) return 'quiet';
  const mode = flags.changed('progress') ? flags.string('progress') : env['BUILDKIT_PROGRESS'] || flags.string('progress');
  if (['auto', 'plain', 'tty', 'quiet', 'rawjson', 'none'].includes(mode)) return mode as ProgressMode;
  throw new ExitError(1, `invalid progress mode ${JSON.stringify(mode)}: one of auto, plain, tty, quiet, rawjson, none is needed`);
}

async function credentials(call: Invocation): Promise<Record<string, AuthConfig>> {
  const config = call.config();
  const names = Object.keys(config.values.auths ?? {});
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readCredentials(config, name)] as const)));
}

/** What Docker's `--metadata-file` holds of an image that stays in the engine. */
function metadata(imageId: string, tags: readonly string[]): string {
  const value = { 'containerimage.config.digest': imageId, 'containerimage.digest': imageId, ...(tags.length > 0 ? { 'image.name': tags.join(',') } : {}) };
  return `${JSON.stringify(value, null, 2)}\n`;
}

async function pushAll(call: Invocation, client: Client): Promise<void> {
  const tags = call.flags.list('tag');
  if (tags.length === 0) throw new ExitError(1, 'tag is needed when pushing to registry');
  for (const name of tags) {
    const { repository, tag } = splitReference(name);
    const auth = await readCredentials(call.config(), registryOf(name));
    await showProgress(client.images.push(repository, { tag: tag || 'latest', auth }), call.stderr);
  }
}
