import type { Client } from '../../../client/index.ts';
import { formatReference, parseReference } from '../../../oci/index.ts';
import { readCredentials } from '../../config/credentials.ts';
import { registryOf, splitReference } from '../../image-name.ts';
import { parsePlatform } from '../../flags/platform.ts';
import type { Invocation } from '../../invocation.ts';
import { showProgress } from '../../terminal/progress.ts';
import { drain } from './pull-image.ts';
import { transferName } from './transfer-name.ts';

/** `push`: uploads an image. */
export async function run(call: Invocation): Promise<void> {
  const { full, allTags, quiet } = transferName(call);
  await pushImage(call, await call.connect(), full, { quiet, allTags, platform: parsePlatform(call.flags.string('platform')) });
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
  stdout.write(`${formatReference(parseReference(name))}\n`);
}
