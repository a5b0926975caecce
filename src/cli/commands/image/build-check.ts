import type { BuildWarning } from '../../../api/index.ts';
import type { BuildContext } from '../../../build-context/index.ts';
import type { Client, ImageBuildOptions } from '../../../client/index.ts';
import { parseDockerfile } from '../../../dockerfile/index.ts';
import type { ArgInstruction } from '../../../dockerfile/index.ts';
import { readTar } from '../../../tar/index.ts';
import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';

/** `build --check`: prints the findings, ends with 1 when there are any. */
export async function runCheck({ stdout }: Invocation, client: Client, { body, dockerfile }: BuildContext, options: ImageBuildOptions): Promise<void> {
  const { warnings, failed } = await client.images.check(body, { ...options, dockerfile });
  if (warnings.length === 0) {
    stdout.write('Check complete, no warnings found.\n');
    return;
  }
  stdout.write(`Check complete, ${warnings.length} ${warnings.length === 1 ? 'warning has' : 'warnings have'} been found!\n`);
  for (const warning of warnings) stdout.write(`\n${warningText(warning)}\n`);
  stdout.write('\n');
  if (failed) throw new ExitError(1, `ERROR: lint violation found for rules: ${[...new Set(warnings.map(({ rule }) => rule))].join(', ')}`);
  throw new ExitError(1);
}

function warningText({ rule, url, message, excerpt }: BuildWarning): string {
  return [`WARNING: ${rule}${url === undefined ? '' : ` - ${url}`}`, message, ...(excerpt === undefined ? [] : [excerpt])].join('\n');
}

/** `build --call=targets` lists the stages, `--call=outline` the arguments and secrets of a Dockerfile. Nothing is built. */
export async function showTargets({ stdout, flags }: Invocation, context: BuildContext, called: 'targets' | 'outline'): Promise<void> {
  const file = parseDockerfile(await dockerfileText(context));
  if (called === 'targets') {
    const rows = file.stages.map(({ name, from }, at) => [
      `${name ?? String(at)}${at === file.stages.length - 1 ? ' (default)' : ''}`,
      describe(name, from.raw.comments),
    ]);
    stdout.write(table(['TARGET', 'DESCRIPTION'], rows));
    return;
  }
  const target = flags.string('target') || (file.stages.at(-1)?.name ?? String(file.stages.length - 1));
  const args = [
    ...file.globalArgs,
    ...file.stages.flatMap(({ instructions }) => instructions.filter((one): one is ArgInstruction => one.kind === 'arg')),
  ].flatMap((one) => one.args);
  const rows = [...new Map(args.map((arg) => [arg.name, arg])).values()].map(({ name, value, description }) => [name, value ?? '', description ?? '']);
  stdout.write(`TARGET: ${target}\n\n${table(['BUILD ARG', 'VALUE', 'DESCRIPTION'], rows)}`);
}

function describe(name: string | undefined, comments: readonly string[]): string {
  const line = name === undefined ? undefined : comments.findLast((comment) => comment.startsWith(`${name} `));
  return line === undefined || name === undefined ? '' : line.slice(name.length).trim();
}

async function dockerfileText({ body, dockerfile }: BuildContext): Promise<string> {
  for await (const { entry, body: contents } of readTar(body)) {
    if (entry.path === dockerfile) return Buffer.concat(await Array.fromAsync(contents)).toString();
  }
  throw new ExitError(1, `Cannot locate specified Dockerfile: ${dockerfile}`);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => (row[at] ?? '').length)));
  return [head, ...rows]
    .map(
      (row) =>
        `${row
          .map((cell, at) => cell.padEnd((widths[at] ?? 0) + 4))
          .join('')
          .trimEnd()}\n`,
    )
    .join('');
}
