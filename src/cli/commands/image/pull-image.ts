import type { ProgressMessage } from '../../../api/index.ts';
import type { Client } from '../../../client/index.ts';
import { readCredentials } from '../../config/credentials.ts';
import { registryOf, splitReference } from '../../image-name.ts';
import type { Invocation } from '../../invocation.ts';
import { showProgress } from '../../terminal/progress.ts';

/** How an image is pulled; `out` shows the progress. */
export interface PullOptions {
  readonly platform?: string | undefined;
  readonly quiet?: boolean;
  readonly allTags?: boolean;
  readonly out: NodeJS.WriteStream;
}

/** Has the engine download an image, with the user's credentials for its registry. */
export async function pull(call: Invocation, client: Client, image: string, { platform, quiet, allTags, out }: PullOptions): Promise<void> {
  const auth = await readCredentials(call.config(), registryOf(image));
  const { repository, tag } = splitReference(image);
  const messages = client.images.pull(repository, { tag: allTags ? undefined : tag || 'latest', platform, auth });
  await (quiet ? drain(messages) : showProgress(messages, out));
}

/** Reads messages away; an error among them is thrown. */
export async function drain(messages: AsyncIterable<ProgressMessage>): Promise<void> {
  for await (const _ of messages);
}
