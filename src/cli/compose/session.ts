import { EngineError } from '../../base/index.ts';
import { type LoadOptions, loadProject, type Project } from '../../compose-file/index.ts';
import { checkSupported } from '../../compose/index.ts';
import type { Invocation } from '../invocation.ts';
import { ExitError } from '../parse/usage-error.ts';
import { openProgress, type ProgressMode, type ProgressView } from './progress-view.ts';
import { warner } from './warn.ts';

/** Loads the project that a call is about. Warnings go to stderr. */
export function loadFrom(call: Invocation, more: Partial<LoadOptions> = {}): Project {
  const { flags, env } = call;
  const warn = warner(call);
  const project = loadProject({
    files: flags.list('file'),
    workingDir: process.cwd(),
    projectDirectory: flags.string('project-directory') || undefined,
    projectName: flags.string('project-name') || undefined,
    env,
    envFiles: flags.list('env-file').length ? flags.list('env-file') : (env['COMPOSE_ENV_FILES'] ?? '').split(',').filter(Boolean),
    profiles: flags.list('profile'),
    warn,
    ...more,
  });
  return project;
}

/** Loads a project that is about to be run: attributes that nobody can honour are told or refused. */
export function loadRunnable(call: Invocation): Project {
  const project = loadFrom(call);
  for (const message of checkSupported(project)) warner(call)(message);
  return project;
}

/** The name of the project a call is about, and its files when there are any: commands on containers that exist need the name only. */
export function projectOrName(call: Invocation): { readonly name: string; readonly project: Project | undefined } {
  const given = call.flags.string('project-name') || call.env['COMPOSE_PROJECT_NAME'];
  try {
    const project = loadFrom(call);
    return { name: project.name, project };
  } catch (error) {
    // Without files the name says all; files that are wrong are told even then.
    const missing = error instanceof EngineError && error.code === 'NOT_FOUND' && call.flags.list('file').length === 0 && !call.env['COMPOSE_FILE'];
    if (given && missing) return { name: given, project: undefined };
    throw error;
  }
}

/** How progress is shown: by --progress, COMPOSE_PROGRESS, --ansi, or by what stderr is. */
export function progressMode({ flags, env, stderr }: Invocation): ProgressMode {
  const wanted = flags.string('progress') || env['COMPOSE_PROGRESS'] || 'auto';
  if (!['auto', 'tty', 'plain', 'json', 'quiet'].includes(wanted)) throw new ExitError(1, `unsupported --progress value "${wanted}"`);
  const ansi = env['COMPOSE_ANSI'] && !flags.changed('ansi') ? env['COMPOSE_ANSI'] : flags.string('ansi');
  if (!['', 'auto', 'never', 'always'].includes(ansi)) throw new ExitError(1, `unknown value "${ansi}" for --ansi. Use "never"|"always"|"auto"`);
  if (wanted !== 'auto') return wanted as ProgressMode;
  if (ansi === 'never') return 'plain';
  return ansi === 'always' || (stderr.isTTY && env['TERM'] !== 'dumb') ? 'tty' : 'plain';
}

/** True when nothing is to be done but told. */
export function isDryRun({ flags }: Invocation): boolean {
  return flags.bool('dry-run');
}

/** Shows progress while `work` runs. */
export async function withProgress<T>(call: Invocation, title: string, work: (view: ProgressView) => Promise<T>): Promise<T> {
  using view = openProgress(
    isSet(call.env['COMPOSE_STATUS_STDOUT']) ? call.stdout : call.stderr,
    progressMode(call),
    title,
    isDryRun(call) ? 'DRY-RUN MODE -  ' : '',
  );
  return await work(view);
}

/** "_" between the parts of names in compatibility mode. */
export function separator({ flags, env }: Invocation): string {
  return flags.bool('compatibility') || /^(?:1|true)$/i.test(env['COMPOSE_COMPATIBILITY'] ?? '') ? '_' : '-';
}

/** Steps at once; 0 is no limit. */
export function parallel({ flags, env }: Invocation): number {
  const limit = flags.changed('parallel') ? flags.int('parallel') : Number(env['COMPOSE_PARALLEL_LIMIT'] ?? -1);
  return limit > 0 ? limit : 0;
}

/** Seconds of --timeout, or undefined when it is not given. */
export function timeoutSeconds({ flags }: Invocation): number | undefined {
  return flags.changed('timeout') ? flags.int('timeout') : undefined;
}

/** True for a variable that is switched on. */
export function isSet(value: string | undefined): boolean {
  return value === '1' || value?.toLowerCase() === 'true';
}
