import { existsSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';
import { pack } from '../../copy/pack.ts';

/** What is sent to the builder: an archive, and where in it the Dockerfile is. */
export interface BuildContext {
  readonly tar: AsyncIterable<Uint8Array>;
  readonly dockerfile: string;
}

/** Opens PATH, or "-" for an archive on stdin. */
export function openContext({ flags, stdin }: Invocation, path: string): BuildContext {
  const file = flags.string('file');
  if (/^(https?|git|ssh):\/\/|^git@|^github\.com\//.test(path)) throw new ExitError(1, `a build context cannot be fetched from ${path}: fetch the files and give the folder`);
  if (path === '-') return { tar: stdin as AsyncIterable<Uint8Array>, dockerfile: file || 'Dockerfile' };
  const folder = resolve(path);
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (!stats) throw new ExitError(1, `unable to prepare context: path ${JSON.stringify(path)} not found`);
  if (!stats.isDirectory()) throw new ExitError(1, `unable to prepare context: context must be a directory: ${folder}`);
  const dockerfile = file === '' ? 'Dockerfile' : relative(folder, existsSync(file) ? resolve(file) : join(folder, file));
  if (!existsSync(join(folder, dockerfile))) throw new ExitError(1, `unable to prepare context: unable to evaluate symlinks in Dockerfile path: lstat ${join(folder, dockerfile)}: no such file or directory`);
  return { tar: pack(folder, '.', true) as AsyncIterable<Uint8Array>, dockerfile };
}
