import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';

import type { ContextListing } from '../api/index.ts';
import { EngineError } from '../base/index.ts';
import { ignoreFileNames, parseIgnore } from '../dockerfile/index.ts';
import type { IgnoreRules } from '../dockerfile/index.ts';
import { ContextMemo } from './context-memo.ts';
import { packFile, packFolder, walk } from './pack.ts';

/** Where a build's files are. */
export interface BuildContextOptions {
  /** Folder of the context. */
  readonly directory: string;
  /** Path of the Dockerfile, from the current folder or absolute; `directory`/Dockerfile when absent. It may lie outside the context. */
  readonly dockerfile?: string | undefined;
  /** Text of the Dockerfile instead of a file. */
  readonly dockerfileText?: string | undefined;
}

/** A context ready to be sent. */
export interface BuildContext {
  /** Path of the Dockerfile in the tar. */
  readonly dockerfile: string;
  /** The tar; files are read as it is consumed. Links in it are links, owners are root. */
  readonly body: AsyncIterable<Uint8Array>;
  /** The context as a list, where nothing has changed since it was sent the last time. */
  readonly listing?: () => ContextListing | undefined;
}

/** Packs a folder for a build, without what its ignore file leaves out. Throws INVALID_ARGUMENT with the Docker CLI's texts. */
export function openBuildContext(options: BuildContextOptions): BuildContext {
  const directory = folderOf(options.directory);
  const { name, text } = locateDockerfile(directory, options);
  const ignore = readIgnore(directory, name, text === undefined ? undefined : options.dockerfile);
  const injected = new Map<string, string>();
  if (text !== undefined) injected.set(name, text);
  if (text !== undefined && ignore.text !== undefined) injected.set(`${name}.dockerignore`, ignore.text);
  const always = new Set([name, ...ignoreFileNames(name)]);
  const memo = new ContextMemo(directory, name);
  return {
    dockerfile: name,
    body: packFolder(directory, { ignore: ignore.rules, always, injected, memo }),
    listing: () => memo.unchanged(walk(directory, '', ignore.rules, always), textsOf(directory, always, injected)),
  };
}

/** What the builder reads of a context: Dockerfile and ignore files. */
function textsOf(directory: string, always: ReadonlySet<string>, injected: ReadonlyMap<string, string>): Record<string, string> {
  const texts = [...always].flatMap((name): [string, string][] => {
    const file = join(directory, name);
    const text = injected.get(name) ?? (existsSync(file) ? readFileSync(file, 'utf8') : undefined);
    return text === undefined ? [] : [[name, text]];
  });
  return Object.fromEntries([...texts, ...injected]);
}

/** A context that holds nothing but a Dockerfile: `build -` with its text on stdin. */
export function openDockerfileOnly(text: string): BuildContext {
  return { dockerfile: 'Dockerfile', body: packFile('Dockerfile', text) };
}

/** Packs a folder as a named context, by its own ignore file. */
export function openNamedContext(directory: string): AsyncIterable<Uint8Array> {
  const folder = folderOf(directory);
  const file = join(folder, '.dockerignore');
  return packFolder(folder, { ignore: parseIgnore(existsSync(file) ? readFileSync(file, 'utf8') : ''), always: new Set(), injected: new Map() });
}

function folderOf(directory: string): string {
  if (!existsSync(directory)) throw new EngineError('INVALID_ARGUMENT', `unable to prepare context: path ${JSON.stringify(directory)} not found`);
  if (!statSync(directory).isDirectory())
    throw new EngineError('INVALID_ARGUMENT', `unable to prepare context: path ${JSON.stringify(directory)} must be a directory`);
  return realpathSync(directory);
}

/** A Dockerfile inside the context goes by its path; one from elsewhere is put into the tar under a name of its own. */
function locateDockerfile(directory: string, { dockerfile, dockerfileText }: BuildContextOptions): { name: string; text?: string } {
  if (dockerfileText !== undefined) return { name: ownName('stdin'), text: dockerfileText };
  const path = dockerfile === undefined ? defaultDockerfile(directory) : resolve(dockerfile);
  if (!existsSync(path)) throw new EngineError('INVALID_ARGUMENT', `failed to read dockerfile: open ${basename(path)}: no such file or directory`);
  if (!statSync(path).isFile()) throw new EngineError('INVALID_ARGUMENT', `failed to read dockerfile: ${basename(path)} is no regular file`);
  const inside = relative(directory, realpathSync(path));
  if (inside.startsWith('..') || resolve(inside) === inside || lstatSync(path).isSymbolicLink())
    return { name: ownName(path), text: readFileSync(path, 'utf8') };
  return { name: inside.split(sep).join('/') };
}

function defaultDockerfile(directory: string): string {
  const path = join(directory, 'Dockerfile');
  const lower = join(directory, 'dockerfile');
  return !existsSync(path) && existsSync(lower) ? lower : path;
}

/** The same file gets the same name each time: the engine finds its earlier builds by it. */
function ownName(path: string): string {
  return `.dockerfile.${createHash('sha256').update(path).digest('hex').slice(0, 20)}`;
}

/** The ignore file beside the Dockerfile wins over the context's own. */
function readIgnore(directory: string, name: string, outside: string | undefined): { rules: IgnoreRules; text?: string } {
  const candidates =
    outside === undefined ? ignoreFileNames(name).map((file) => join(directory, file)) : [`${resolve(outside)}.dockerignore`, join(directory, '.dockerignore')];
  const file = candidates.find((candidate) => existsSync(candidate));
  if (file === undefined) return { rules: parseIgnore('') };
  const text = readFileSync(file, 'utf8');
  return { rules: parseIgnore(text), text };
}
