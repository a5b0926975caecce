import type { InterpolateHooks, Lookup } from '../interpolate-text.ts';
import type { Problem } from '../problem.ts';
import type { Files } from './files.ts';

/** What all steps of loading share. */
export interface LoadContext {
  readonly files: Files;
  readonly shell: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string | undefined;
  readonly interpolate: boolean;
  readonly resolvePaths: boolean;
  readonly problems: Problem[];
  readonly warn: (message: string) => void;
  readonly hooks: InterpolateHooks;
}

/** Where a file stands: the folder of its relative paths, its variables, and the files on the way to it. */
export interface FileContext {
  readonly baseDir: string;
  readonly lookup: Lookup;
  readonly chain: readonly string[];
}
