import { referenceProblem, splitReference } from '../../image-name.ts';
import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';

/** `commit`: makes an image out of a container and prints its ID. */
export async function run({ args, flags, connect, stdout }: Invocation): Promise<void> {
  const [name = '', reference = ''] = args;
  const problem = reference && referenceProblem(reference);
  if (problem) throw new ExitError(1, problem);
  const { repository, tag } = splitReference(reference);
  const client = await connect();
  const { Id } = await client.containers.commit(name, {
    repo: repository || undefined,
    tag: tag || undefined,
    comment: flags.string('message') || undefined,
    author: flags.string('author') || undefined,
    changes: flags.list('change'),
    pause: flags.bool('no-pause') ? false : flags.bool('pause'),
  });
  stdout.write(`${Id}\n`);
}
