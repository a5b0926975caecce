import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { randomId, systemCode } from '../../base/index.ts';
import type { Ingredients } from './ingredients.ts';

interface Remembered {
  readonly fields: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
}

const MAX_FILES = 50_000;
const MAX_SHOWN = 5;

/** Remembers what each step of a Dockerfile was made of, and tells what differs when the same step has to run again. */
export class MissExplainer {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Why the step at `slot` was not in the cache: empty when it is new. */
  async explain(slot: string, now: Ingredients): Promise<string[]> {
    const before = await this.#read(slot);
    return before ? differences(before, now) : [];
  }

  /** Remembers the ingredients for the next build. */
  async remember(slot: string, { fields, files }: Ingredients): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const remembered: Remembered = { fields, files: files.size > MAX_FILES ? {} : Object.fromEntries(files) };
    const temporary = join(this.#folder, `${randomId().slice(0, 12)}.tmp`);
    await writeFile(temporary, JSON.stringify(remembered), { mode: 0o600 });
    await rename(temporary, this.#file(slot));
  }

  /** Forgets every step: after the whole cache has gone there is nothing to compare with. */
  async forget(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #read(slot: string): Promise<Remembered | undefined> {
    try {
      return JSON.parse(await readFile(this.#file(slot), 'utf8')) as Remembered;
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  #file(slot: string): string {
    return join(this.#folder, `${createHash('sha256').update(slot).digest('hex').slice(0, 32)}.json`);
  }
}

/** In words, the most telling first; that the step below changed is told only when nothing else did. */
export function differences(before: Remembered, now: Ingredients): string[] {
  const reasons: string[] = [];
  for (const name of unionOf(before.fields, now.fields)) {
    const [old, value] = [before.fields[name], now.fields[name]];
    if (old === value || name === 'parent' || name === 'files') continue;
    reasons.push(fieldReason(name, old, value));
  }
  reasons.push(...fileReasons(before.files, Object.fromEntries(now.files)));
  if (reasons.length === 0 && before.fields['files'] !== now.fields['files']) reasons.push('files to copy changed');
  if (reasons.length === 0 && before.fields['parent'] !== now.fields['parent']) reasons.push('a step before it changed');
  if (reasons.length === 0) reasons.push('its layer was removed from the cache');
  return reasons;
}

function fieldReason(name: string, old: string | undefined, value: string | undefined): string {
  if (old === undefined) return `${name} is new: ${value}`;
  if (value === undefined) return `${name} is gone (was ${old})`;
  return `${name} changed: ${old} → ${value}`;
}

function fileReasons(old: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>): string[] {
  const all = unionOf(old, now).flatMap((path) => {
    if (old[path] === now[path]) return [];
    return [`${old[path] === undefined ? 'file added' : now[path] === undefined ? 'file removed' : 'file changed'}: ${path}`];
  });
  return all.length <= MAX_SHOWN ? all : [...all.slice(0, MAX_SHOWN), `and ${all.length - MAX_SHOWN} more files`];
}

function unionOf(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].toSorted();
}
