import { dirname, isAbsolute, join, resolve } from 'node:path';
import { EngineError } from '../../base/index.ts';
import type { Files } from './files.ts';
import { isRemote, remoteProblem } from './remote.ts';

const names = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
const overrides = ['compose.override.yml', 'compose.override.yaml', 'docker-compose.override.yml', 'docker-compose.override.yaml'];

/** What tells where the files are: what the user named, and the variables COMPOSE_FILE and COMPOSE_PATH_SEPARATOR. */
export interface DiscoverOptions {
  readonly files: readonly string[];
  readonly workingDir: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** Absolute paths of the Compose files ("-" is standard input): those named, else COMPOSE_FILE, else the nearest folder upwards that has one, with its override. */
export function discoverFiles(options: DiscoverOptions, files: Files, warn: (message: string) => void): string[] {
  const named = options.files.length ? options.files : fromVariable(options.variables);
  const remote = named.find(isRemote);
  if (remote !== undefined) throw new EngineError('NOT_IMPLEMENTED', remoteProblem(remote));
  if (named.length) return named.map((file) => (file === '-' || isAbsolute(file) ? file : resolve(options.workingDir, file)));
  for (let folder = options.workingDir; ; folder = dirname(folder)) {
    const found = names.map((name) => join(folder, name)).filter((path) => files.exists(path));
    if (found[0] !== undefined) return withOverride(found, folder, files, warn);
    if (dirname(folder) === folder) throw new EngineError('NOT_FOUND', 'no configuration file provided: not found');
  }
}

function fromVariable(variables: DiscoverOptions['variables']): string[] {
  const separator = variables['COMPOSE_PATH_SEPARATOR'] || ':';
  return (variables['COMPOSE_FILE'] ?? '').split(separator).filter(Boolean);
}

function withOverride(found: readonly string[], folder: string, files: Files, warn: (message: string) => void): string[] {
  const [used = ''] = found;
  if (found.length > 1) {
    warn(`Found multiple config files with supported names: ${found.join(', ')}`);
    warn(`Using ${used}`);
  }
  const extra = overrides.map((name) => join(folder, name)).filter((path) => files.exists(path));
  if (extra.length > 1) {
    warn(`Found multiple override files with supported names: ${extra.join(', ')}`);
    warn(`Using ${extra[0]}`);
  }
  return extra[0] === undefined ? [used] : [used, extra[0]];
}
