import { createWriteStream, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Invocation } from '../invocation.ts';
import { ExitError } from '../parse/usage-error.ts';

/** Where an archive goes. A file is written beside its place; `keep` moves it there, so that a failed download leaves nothing half done. */
export interface Output {
  readonly isFile: boolean;
  open(): NodeJS.WritableStream;
  keep(): void;
}

/** The file of -o, or stdout when it is no terminal. */
export function openOutput({ stdout }: Invocation, file: string, complaint: string): Output {
  if (file === '') {
    if (stdout.isTTY) throw new ExitError(1, 'cowardly refusing to save to a terminal. Use the -o flag or redirect');
    return { isFile: false, open: () => stdout, keep: () => undefined };
  }
  checkPlace(file, complaint);
  const place = `${file}.${process.pid}.part`;
  process.once('exit', () => rmSync(place, { force: true }));
  return { isFile: true, open: () => createWriteStream(place, { mode: 0o600 }), keep: () => renameSync(place, file) };
}

function checkPlace(file: string, complaint: string): void {
  const parent = statSync(dirname(file), { throwIfNoEntry: false });
  if (!parent?.isDirectory()) throw new ExitError(1, `${complaint}: invalid output path: stat ${dirname(file)}: no such file or directory`);
  const there = statSync(file, { throwIfNoEntry: false });
  if (there?.isDirectory()) throw new ExitError(1, `${complaint}: cannot write to a directory`);
  if (there && !there.isFile()) throw new ExitError(1, `${complaint}: invalid output path: ${JSON.stringify(file)} must be a regular file`);
}
