import type { Client } from '../client/index.ts';
import { type ConfigFile, configDirectory, readConfig } from './config/config-file.ts';
import { failureCode, failureText } from './connect/report-error.ts';
import type { Invocation } from './invocation.ts';
import { type Resolved, resolveCommand } from './parse/resolve-command.ts';
import { ExitError } from './parse/usage-error.ts';
import { root } from './table/root.ts';
import { output } from './terminal/standard-streams.ts';

type CommandCall = Extract<Resolved, { kind: 'command' }>;

/** Carries out one command line and gives its exit code. Prints to the process's streams. */
export async function runCli(words: readonly string[]): Promise<number> {
  const program = process.env['SLIPWAY_PROGRAM'] || 'slipway';
  let debug = false;
  try {
    const resolved = resolveCommand(program, root, words);
    debug = resolved.globals.bool('debug');
    checkLogLevel(resolved.globals.string('log-level'));
    if (resolved.kind === 'help') return await showHelp(program, resolved);
    const module = await resolved.spec.load();
    return (await module.run(invocation(program, resolved))) ?? 0;
  } catch (error) {
    const text = failureText(error);
    if (text) output.stderr.write(`${text}\n`);
    if (debug) output.stderr.write(`${causes(error)}\n`);
    return failureCode(error);
  }
}

/** Where an error was thrown, and what led to it. */
function causes(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return [error.stack ?? error.message, ...(error.cause === undefined ? [] : [`caused by ${causes(error.cause)}`])].join('\n');
}

async function showHelp(program: string, resolved: Extract<Resolved, { kind: 'help' }>): Promise<number> {
  const { path, groups, spec, asked, shortHelp, globals } = resolved;
  if (globals.bool('version')) return await showVersion(program);
  if (shortHelp) output.stderr.write('Flag shorthand -h has been deprecated, use --help\n');
  const { helpText } = await import('./help.ts');
  const text = helpText(program, path, groups, spec, output.stdout.columns || 80);
  (asked || groups.length <= 1 ? output.stdout : output.stderr).write(text);
  return 0;
}

async function showVersion(program: string): Promise<number> {
  const { clientVersion } = await import('./client-version.ts');
  output.stdout.write(`${program === 'docker' ? 'Docker' : 'Slipway'} version ${clientVersion.version}, build ${clientVersion.commit}\n`);
  return 0;
}

function invocation(program: string, { path, flags, args, globals }: CommandCall): Invocation {
  const { env } = process;
  let config: ConfigFile | undefined;
  let client: Promise<Client> | undefined;
  const readOnce = (): ConfigFile => (config ??= readConfig(configDirectory(globals.string('config'), env)));
  return {
    program,
    path,
    flags,
    args,
    globals,
    // Opening a stream takes its time, and few commands use all three.
    get stdin() {
      return process.stdin;
    },
    get stdout() {
      return output.stdout;
    },
    get stderr() {
      return output.stderr;
    },
    env,
    config: readOnce,
    connect: () => (client ??= connect(globals, readOnce, env)),
  };
}

async function connect(...where: Parameters<typeof import('./connect/open-client.ts').openClient>): Promise<Client> {
  const { openClient } = await import('./connect/open-client.ts');
  return await openClient(...where);
}

function checkLogLevel(level: string): void {
  if (!['debug', 'info', 'warn', 'warning', 'error', 'fatal', 'panic', 'trace'].includes(level))
    throw new ExitError(1, `Unable to parse logging level: ${level}`);
}
