import { readCredentials } from '../../config/credentials.ts';
import { hasTagOrDigest, referenceProblem, registryOf, splitReference } from '../../image-name.ts';
import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';
import { showProgress } from '../../terminal/progress.ts';
import { drain } from './pull-image.ts';

/** `push`: uploads an image. */
export async function run({ args, flags, stdout, config, connect }: Invocation): Promise<void> {
  const name = args[0] ?? '';
  const problem = referenceProblem(name);
  if (problem) throw new ExitError(1, problem);
  const allTags = flags.bool('all-tags');
  const tagged = hasTagOrDigest(name);
  if (allTags && tagged) throw new ExitError(1, 'tag can\'t be used with --all-tags/-a');
  const quiet = flags.bool('quiet');
  if (!allTags && !tagged && !quiet) stdout.write('Using default tag: latest\n');
  const { repository, tag } = splitReference(name);
  const client = await connect();
  const auth = await readCredentials(config(), registryOf(name));
  const messages = client.images.push(repository, { tag: allTags ? undefined : tag || 'latest', platform: flags.string('platform') || undefined, auth });
  if (!quiet) return await showProgress(messages, stdout);
  await drain(messages);
  stdout.write(`${registryOf(name) === 'docker.io' ? `docker.io/${name.includes('/') ? '' : 'library/'}` : ''}${name}${tagged || allTags ? '' : ':latest'}\n`);
}
