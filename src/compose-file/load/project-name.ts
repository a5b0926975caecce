import { basename } from 'node:path';
import { EngineError } from '../../base/index.ts';

/** The name of a project: as given, by COMPOSE_PROJECT_NAME, by the files, or after their folder. */
export function projectName(given: string | undefined, variable: string | undefined, declared: string | undefined, workingDir: string): string {
  for (const name of [given, variable, declared]) if (name) return checkName(name);
  const name = normalizeName(basename(workingDir));
  if (!name) throw new EngineError('INVALID_ARGUMENT', 'project name must not be empty. Use --project-name to set a valid name');
  return name;
}

/** A folder's name as a project name: lower case, without what is not allowed. */
export function normalizeName(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^-_a-z0-9]/g, '')
    .replace(/^[_-]+/, '');
}

function checkName(name: string): string {
  if (normalizeName(name) === name) return name;
  throw new EngineError(
    'INVALID_ARGUMENT',
    `invalid project name "${name}": must consist only of lowercase alphanumeric characters, hyphens, and underscores as well as start with a letter or number`,
  );
}
