import type { Client } from '../../../client/index.ts';
import { readCredentials } from '../../config/credentials.ts';
import { hasTagOrDigest, referenceProblem, registryOf, splitReference } from '../../image-name.ts';
import { parsePlatform } from '../../flags/platform.ts';
import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';
import { showProgress } from '../../terminal/progress.ts';
import { drain } from './pull-image.ts';

/** `push`: uploads an image. */
export async function run(call: Invocation): Promise<void> {
  const { args, flags, stdout, connect } = call;
  const name = args[0] ?? '';
  const problem = referenceProblem(name);
  if (problem) throw new ExitError(1, problem);
  const allTags = flags.bool('all-tags');
  const tagged = hasTagOrDigest(name);
  if (allTags && tagged) throw new ExitError(1, "tag can't be used with --all-tags/-a");
  const quiet = flags.bool('quiet');
  if (!allTags && !tagged && !quiet) stdout.write('Using default tag: latest\n');
  await pushImage(call, await connect(), allTags || tagged ? name : `${name}:latest`, { quiet, allTags, platform: parsePlatform(flags.string('platform')) });
}

/** How an image is pushed. */
export interface PushOptions {
  readonly quiet?: boolean;
  readonly allTags?: boolean;
  readonly platform?: string | undefined;
}

/** Pushes one name, with the user's credentials for its registry; quiet prints the name only. */
export async function pushImage(
  { config, stdout }: Invocation,
  client: Client,
  name: string,
  { quiet = false, allTags = false, platform }: PushOptions,
): Promise<void> {
  const { repository, tag } = splitReference(name);
  const auth = await readCredentials(config(), registryOf(name));
  const messages = client.images.push(repository, { tag: allTags ? undefined : tag || 'latest', platform, auth });
  if (!quiet) return await showProgress(messages, stdout);
  await drain(messages);
  stdout.write(`${registryOf(name) === 'docker.io' ? `docker.io/${name.includes('/') ? '' : 'library/'}` : ''}${name}\n`);
}
