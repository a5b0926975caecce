import { systemCode } from '../base/index.ts';
import type { Client } from '../client/index.ts';
import { type ConfigFile, configDirectory, readConfig } from './config/config-file.ts';
import { failureCode, failureText } from './connect/report-error.ts';
import type { Invocation } from './invocation.ts';
import { type Resolved, resolveCommand } from './parse/resolve-command.ts';
import { ExitError } from './parse/usage-error.ts';
import { root } from './table/root.ts';

type CommandCall = Extract<Resolved, { kind: 'command' }>;

/** Carries out one command line and gives its exit code. Prints to the process's streams. */
export async function runCli(words: readonly string[]): Promise<number> {
  const program = process.env['SLIPWAY_PROGRAM'] || 'slipway';
  surviveClosedPipes();
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
    if (text) process.stderr.write(`${text}\n`);
    if (debug) process.stderr.write(`${causes(error)}\n`);
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
  if (shortHelp) process.stderr.write('Flag shorthand -h has been deprecated, use --help\n');
  const { helpText } = await import('./help.ts');
  const text = helpText(program, path, groups, spec, process.stdout.columns || 80);
  (asked || groups.length <= 1 ? process.stdout : process.stderr).write(text);
  return 0;
}

async function showVersion(program: string): Promise<number> {
  const { clientVersion } = await import('./client-version.ts');
  process.stdout.write(`${program === 'docker' ? 'Docker' : 'Slipway'} version ${clientVersion.version}, build ${clientVersion.commit}\n`);
  return 0;
}

function invocation(program: string, { path, flags, args, globals }: CommandCall): Invocation {
  const { env, stdout, stderr } = process;
  let config: ConfigFile | undefined;
  let client: Promise<Client> | undefined;
  const readOnce = (): ConfigFile => (config ??= readConfig(configDirectory(globals.string('config'), env)));
  return {
    program,
    path,
    flags,
    args,
    globals,
    // Opening standard input takes its time, and few commands read it.
    get stdin() {
      return process.stdin;
    },
    stdout,
    stderr,
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

/** `slipway logs x | head` ends when the reader goes; so does every other program. */
function surviveClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error) => {
      if (systemCode(error) === 'EPIPE') process.exit(0);
      throw error;
    });
  }
}
