import { join, resolve } from 'node:path';
import { EngineError } from '../../base/index.ts';
import { parseDotenv } from '../dotenv.ts';
import type { Files } from './files.ts';

/** Variables that files may use. */
export type Variables = Readonly<Record<string, string>>;

/** Lays the env files (or the folder's .env when none is named) under the shell's own variables; of several files the later wins. */
export function readVariables(
  shell: Readonly<Record<string, string | undefined>>,
  envFiles: readonly string[],
  folder: string,
  files: Files,
): { variables: Variables; files: string[] } {
  const paths = envFiles.length ? envFiles.map((file) => resolve(folder, file)) : defaultFile(folder, files);
  const fromFiles: Record<string, string> = {};
  const lookup = (name: string): string | undefined => shell[name] ?? fromFiles[name];
  for (const path of paths) {
    const text = files.read(path);
    if (text === undefined) throw new EngineError('NOT_FOUND', `couldn't find env file: ${path}`);
    for (const [name, value] of parseDotenv(text, { file: path, lookup })) {
      const given = value ?? lookup(name);
      if (given !== undefined) fromFiles[name] = given;
    }
  }
  return { variables: { ...fromFiles, ...defined(shell) }, files: paths };
}

function defaultFile(folder: string, files: Files): string[] {
  const path = join(folder, '.env');
  return files.exists(path) ? [path] : [];
}

function defined(shell: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(shell).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
