import { hasTagOrDigest, referenceProblem, registryOf } from '../../image-name.ts';
import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';
import { platformOf } from '../container/create-container.ts';
import { pull } from './pull-image.ts';

/** `pull`: downloads an image and prints its full name last. */
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
  const full = tagged || allTags ? name : `${name}:latest`;
  const client = await connect();
  await pull(call, client, full, { platform: platformOf(call), quiet, allTags, out: stdout });
  stdout.write(`${canonicalName(full)}\n`);
}

function canonicalName(name: string): string {
  if (registryOf(name) !== 'docker.io') return name;
  const path = name.replace(/^(index\.)?docker\.io\//, '');
  return `docker.io/${path.includes('/') ? path : `library/${path}`}`;
}
