import { dirname, resolve } from 'node:path';
import type { VariableUse } from '../interpolate-text.ts';
import { mergeOf } from '../kinds/kind.ts';
import { projectModel } from '../model/project.ts';
import { type Problem, problemError } from '../problem.ts';
import { get, type MapTree, textOf, type Tree } from '../tree.ts';
import type { Project } from '../types.ts';
import { checkProject } from './check-project.ts';
import { discoverFiles } from './discover.ts';
import { type Files, systemFiles } from './files.ts';
import type { LoadContext } from './load-context.ts';
import { loadFile } from './load-file.ts';
import { asDeclared, type Declared, normalize } from './normalize.ts';
import { projectName } from './project-name.ts';
import { pruneResets } from './prune-resets.ts';
import { applyProfiles } from './select-services.ts';
import { resolveServiceFiles } from './service-environment.ts';
import { readVariables, type Variables } from './variables.ts';

/** What is loaded, and which steps are left out. */
export interface LoadOptions {
  /** -f, in order; none: discovered. */
  readonly files?: readonly string[];
  /** The folder the user is in. */
  readonly workingDir: string;
  readonly projectDirectory?: string | undefined;
  readonly projectName?: string | undefined;
  /** The shell's variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** --env-file, in order. */
  readonly envFiles?: readonly string[];
  readonly profiles?: readonly string[];
  readonly interpolate?: boolean;
  readonly resolvePaths?: boolean;
  readonly checkConsistency?: boolean;
  readonly resolveEnvironment?: boolean;
  readonly normalize?: boolean;
  readonly warn?: (message: string) => void;
  readonly onVariable?: (use: VariableUse) => void;
  readonly source?: Files;
}

/**
 * Loads a project: discover → parse → interpolate → include → extends → merge → profiles → normalise → check → env files.
 * Rejects with INVALID_ARGUMENT whose message has a line for every problem, with file, line and column.
 */
export function loadProject(options: LoadOptions): Project {
  const files = options.source ?? systemFiles;
  const warn = once(options.warn ?? (() => undefined));
  const found = locate(options, files, warn);
  const problems: Problem[] = [];
  const variables = { ...found.variables } as Record<string, string>;
  const context: LoadContext = {
    files,
    shell: options.env,
    homeDir: options.env['HOME'],
    interpolate: options.interpolate !== false,
    resolvePaths: options.resolvePaths !== false,
    problems,
    warn,
    hooks: {
      unset: (name) => warn(`The "${name}" variable is not set. Defaulting to a blank string.`),
      ...(options.onVariable ? { used: options.onVariable } : {}),
    },
  };
  variables['COMPOSE_PROJECT_NAME'] = earlyName(options, found, files);
  const source = mergeFiles(found, variables, context);
  if (problems.length) throw problemError(problems);
  const name = projectName(options.projectName, found.variables['COMPOSE_PROJECT_NAME'], textOf(get(source, 'name')), found.workingDir);
  variables['COMPOSE_PROJECT_NAME'] = name;
  return finish(source, name, { ...found, variables }, options, files, warn);
}

interface Located {
  readonly composeFiles: readonly string[];
  readonly workingDir: string;
  readonly variables: Variables;
  readonly envFiles: readonly string[];
}

/** .env of the user's folder may name the files; .env of the project's folder then completes the variables. */
function locate(options: LoadOptions, files: Files, warn: (message: string) => void): Located {
  const { env, envFiles = [], workingDir: here } = options;
  const named = envFiles.length ? envFiles.map((file) => resolve(here, file)) : [];
  const start = options.projectDirectory === undefined ? here : resolve(here, options.projectDirectory);
  const first =
    env['COMPOSE_DISABLE_ENV_FILE'] === '1' || env['COMPOSE_DISABLE_ENV_FILE'] === 'true'
      ? { variables: defined(env), files: [] }
      : readVariables(env, named, start, files);
  const composeFiles = discoverFiles({ files: options.files ?? [], workingDir: start === here ? here : here, variables: first.variables }, files, warn);
  const main = composeFiles.find((file) => file !== '-');
  const workingDir = options.projectDirectory === undefined ? (main === undefined ? here : dirname(main)) : start;
  if (workingDir === start || named.length) return { composeFiles, workingDir, variables: first.variables, envFiles: first.files };
  const second = readVariables(first.variables, [], workingDir, files);
  return { composeFiles, workingDir, variables: second.variables, envFiles: [...first.files, ...second.files] };
}

function defined(env: Readonly<Record<string, string | undefined>>): Variables {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Files may use COMPOSE_PROJECT_NAME, which one of them may declare: a first look at their `name` only. */
function earlyName(options: LoadOptions, found: Located, files: Files): string {
  const given = options.projectName ?? found.variables['COMPOSE_PROJECT_NAME'];
  if (given) return given;
  let declared: string | undefined;
  for (const path of found.composeFiles) {
    const text = path === '-' ? '' : (files.read(path) ?? '');
    const [, name] = /^name:[ \t]*["']?([a-z0-9][a-z0-9_-]*)["']?[ \t]*(?:#.*)?$/m.exec(text) ?? [];
    declared = name ?? declared;
  }
  try {
    return projectName(undefined, undefined, declared, found.workingDir);
  } catch {
    // The folder's name may be no project name; whether that matters is decided when the files are read.
    return '';
  }
}

function mergeFiles(found: Located, variables: Variables, context: LoadContext): MapTree {
  let whole: MapTree | undefined;
  for (const path of found.composeFiles) {
    const where = { baseDir: found.workingDir, lookup: (name: string) => variables[name], chain: [] };
    const loaded = loadFile(path, where, context);
    whole = whole ? ((mergeOf(projectModel, whole, loaded) ?? whole) as MapTree) : loaded;
  }
  return pruneResets(whole as Tree) as MapTree;
}

function finish(source: MapTree, name: string, found: Located, options: LoadOptions, files: Files, warn: (message: string) => void): Project {
  const decoded = projectModel.decode(source) as Partial<Declared> & Record<string, unknown>;
  const declared: Declared = {
    services: withoutExtensions(decoded.services),
    networks: withoutExtensions(decoded.networks),
    volumes: withoutExtensions(decoded.volumes),
    secrets: withoutExtensions(decoded.secrets),
    configs: withoutExtensions(decoded.configs),
  };
  const normalized = options.normalize === false ? asDeclared(declared) : normalize(declared, name, found.workingDir);
  const profiles = options.profiles?.length
    ? options.profiles
    : (found.variables['COMPOSE_PROFILES'] ?? '')
        .split(',')
        .map((one) => one.trim())
        .filter(Boolean);
  const selected = applyProfiles(normalized.services, profiles);
  const project: Project = {
    ...normalized,
    ...selected,
    name,
    workingDir: found.workingDir,
    composeFiles: found.composeFiles,
    envFiles: found.envFiles,
    environment: found.variables,
    models: (decoded['models'] as Project['models'] | undefined) ?? {},
    extensions: Object.fromEntries(Object.entries(decoded).filter(([key]) => key.startsWith('x-'))),
    profiles,
    source,
  };
  if (options.checkConsistency !== false) {
    const problems = checkProject(project);
    if (problems.length) throw problemError(problems);
  }
  return options.resolveEnvironment === false ? project : resolveEnvironment(project, files, warn);
}

function resolveEnvironment(project: Project, files: Files, warn: (message: string) => void): Project {
  const unset = (name: string): void => warn(`The "${name}" variable is not set. Defaulting to a blank string.`);
  const services = Object.entries(project.services).map(([name, service]) => [name, resolveServiceFiles(service, project.environment, files, unset)] as const);
  return { ...project, services: Object.fromEntries(services) };
}

function withoutExtensions<T>(record: Readonly<Record<string, T>> | undefined): Record<string, T> {
  return Object.fromEntries(Object.entries(record ?? {}).filter(([key]) => !key.startsWith('x-')));
}

function once(warn: (message: string) => void): (message: string) => void {
  const said = new Set<string>();
  return (message) => {
    if (said.has(message)) return;
    said.add(message);
    warn(message);
  };
}
