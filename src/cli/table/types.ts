import type { Invocation } from '../invocation.ts';

/** How a flag's value is written and checked; it is also the word shown after the flag's name in help ("--memory bytes"). */
export type FlagType =
  | 'bool'
  | 'string'
  | 'int'
  | 'uint16'
  | 'decimal'
  | 'bytes'
  | 'duration'
  | 'list'
  | 'strings'
  | 'map'
  | 'filter'
  | 'mount'
  | 'network'
  | 'ulimit'
  | 'gpu-request';

/** What can be completed at a place: names that the engine knows, files, or fixed words. */
export type Completion = 'container' | 'running' | 'stopped' | 'image' | 'network' | 'volume' | 'context' | 'file' | 'directory' | 'none' | readonly string[];

/** One flag of a command, as parser, help and completion read it. */
export interface FlagSpec {
  /** Long name without dashes: "detach-keys". */
  readonly name: string;
  /** One letter, or absent. */
  readonly short?: string;
  readonly type: FlagType;
  readonly help: string;
  /** Value in force when the flag is absent, as it would be typed: "true", "10s". */
  readonly default?: string;
  /** Works, but help and completion do not show it. */
  readonly hidden?: boolean;
  /** Refuses a value by returning why; the parser puts the flag's name in front. */
  readonly check?: (value: string) => string | undefined;
  readonly complete?: Completion;
}

/** A module that a command loads when it is called. The number it returns is the exit code; nothing means 0. */
export interface CommandModule {
  // oxlint-disable-next-line no-invalid-void-type -- a command that cannot fail returns nothing
  run(call: Invocation): Promise<number | void>;
}

/** One command. `usage` is what follows its name: "[OPTIONS] IMAGE [COMMAND] [ARG...]". */
export interface CommandSpec {
  readonly kind: 'command';
  readonly name: string;
  readonly aliases?: readonly string[];
  /** Short form at top level: "ps" for "container ls". */
  readonly short?: string;
  readonly summary: string;
  /** Longer text for --help, in place of the summary. */
  readonly description?: string;
  readonly usage: string;
  readonly minArgs: number;
  /** Absent: any number. */
  readonly maxArgs?: number;
  readonly flags: readonly FlagSpec[];
  /** True when the first word that is no flag ends the flags, as for run and exec: the rest belongs to the container. */
  readonly wordEndsFlags?: boolean;
  /** True when every word after the name is passed on untouched. */
  readonly raw?: boolean;
  readonly hidden?: boolean;
  readonly complete?: readonly Completion[];
  readonly load: () => Promise<CommandModule>;
}

/** A word that only groups commands: "container", "network". `flags` belong to the group and may stand before the command's name. */
export interface GroupSpec {
  readonly kind: 'group';
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly flags?: readonly FlagSpec[];
  readonly hidden?: boolean;
  readonly commands: readonly (CommandSpec | GroupSpec)[];
}
