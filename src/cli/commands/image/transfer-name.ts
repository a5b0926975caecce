import { hasTagOrDigest, referenceProblem } from '../../image-name.ts';
import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';

/** What `pull` and `push` are asked to move. */
export interface TransferName {
  /** With its tag: "busybox:latest"; with `--all-tags` as it was given. */
  readonly full: string;
  readonly allTags: boolean;
  readonly quiet: boolean;
}

/** Reads the name and its flags, and says so where the tag is `latest` by default. Throws when they do not go together. */
export function transferName({ args, flags, stdout }: Invocation): TransferName {
  const name = args[0] ?? '';
  const problem = referenceProblem(name);
  if (problem) throw new ExitError(1, problem);
  const allTags = flags.bool('all-tags');
  const tagged = hasTagOrDigest(name);
  if (allTags && tagged) throw new ExitError(1, "tag can't be used with --all-tags/-a");
  const quiet = flags.bool('quiet');
  if (!allTags && !tagged && !quiet) stdout.write('Using default tag: latest\n');
  return { full: tagged || allTags ? name : `${name}:latest`, allTags, quiet };
}
