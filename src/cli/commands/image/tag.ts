import { referenceProblem, splitReference } from '../../image-name.ts';
import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';

/** `tag`: gives an image a further name. */
export async function run({ args, connect }: Invocation): Promise<void> {
  const [source = '', target = ''] = args;
  const problem = referenceProblem(target);
  if (problem)
    throw new ExitError(
      1,
      problem.startsWith('invalid reference format: repo')
        ? `Error parsing reference: ${JSON.stringify(target)} is not a valid repository/tag: ${problem}`
        : `Error parsing reference: ${JSON.stringify(target)} is not a valid repository/tag: ${problem}`,
    );
  const { repository, tag } = splitReference(target);
  const client = await connect();
  await client.images.tag(source, repository, tag || 'latest');
}
