/** Lines of a Dockerfile that an instruction spans; the first line is 1. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
}

/** A here-document: `RUN <<EOF`, `COPY <<-'name' /dst`. */
export interface Heredoc {
  readonly name: string;
  readonly content: string;
  /** False when the name was quoted: variables stay as written. */
  readonly expand: boolean;
  /** `<<-`: leading tabs go. */
  readonly chomp: boolean;
  readonly fileDescriptor: number;
}

/** One instruction as lexed: the keyword, its `--flags` and the rest of the logical line. */
export interface RawInstruction {
  /** Lower case: "from". */
  readonly keyword: string;
  /** As in the file: "From". */
  readonly keywordAsWritten: string;
  readonly flags: readonly string[];
  /** Everything after keyword and flags, continuation lines joined. */
  readonly rest: string;
  /** The whole logical line, trimmed; what progress and history show. */
  readonly original: string;
  readonly heredocs: readonly Heredoc[];
  readonly range: LineRange;
  /** Comment lines directly above, without "#". */
  readonly comments: readonly string[];
}

/** A finding that does not stop the parse. */
export interface ParseWarning {
  readonly message: string;
  readonly range: LineRange;
}

/** `# syntax=`, `# escape=` and `# check=` at the top of the file. */
export interface Directives {
  readonly syntax?: string;
  readonly escape: '\\' | '`';
  readonly check?: string;
}

interface Located {
  readonly raw: RawInstruction;
}

/** A command as JSON array (exec form) or as text for the shell. */
export type CommandForm = { readonly form: 'exec'; readonly args: readonly string[] } | { readonly form: 'shell'; readonly text: string };

export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

export interface FromInstruction extends Located {
  readonly kind: 'from';
  readonly image: string;
  /** Lower case, as stages are looked up. */
  readonly alias?: string;
  readonly aliasAsWritten?: string;
  readonly platform?: string;
}

export interface ArgInstruction extends Located {
  readonly kind: 'arg';
  readonly args: readonly { readonly name: string; readonly value?: string; readonly description?: string }[];
}

/** COPY and ADD. `sources` and `destination` are unexpanded. */
export interface CopyInstruction extends Located {
  readonly kind: 'copy' | 'add';
  readonly sources: readonly string[];
  readonly destination: string;
  /** Files given in the Dockerfile itself. */
  readonly inline: readonly { readonly path: string; readonly data: string; readonly expand: boolean }[];
  readonly from?: string;
  readonly chown?: string;
  readonly chmod?: string;
  readonly link: boolean;
  readonly parents: boolean;
  readonly exclude: readonly string[];
  readonly checksum?: string;
  readonly keepGitDir?: boolean;
  readonly unpack?: boolean;
}

export interface RunInstruction extends Located {
  readonly kind: 'run';
  readonly command: CommandForm;
  readonly heredocs: readonly Heredoc[];
  /** Values of `--mount`, unexpanded. */
  readonly mounts: readonly string[];
  readonly network: 'default' | 'none' | 'host';
}

export interface CommandInstruction extends Located {
  readonly kind: 'cmd' | 'entrypoint';
  readonly command: CommandForm;
}

export interface EnvInstruction extends Located {
  readonly kind: 'env' | 'label';
  readonly pairs: readonly KeyValue[];
  /** `ENV key value`. */
  readonly legacy: boolean;
}

export interface WordInstruction extends Located {
  readonly kind: 'workdir' | 'user' | 'stopsignal' | 'maintainer';
  readonly word: string;
}

export interface ListInstruction extends Located {
  readonly kind: 'expose' | 'volume';
  readonly words: readonly string[];
}

export interface ShellInstruction extends Located {
  readonly kind: 'shell';
  readonly shell: readonly string[];
}

/** A health check; durations in nanoseconds, 0 means inherited. */
export interface HealthcheckInstruction extends Located {
  readonly kind: 'healthcheck';
  readonly test: readonly string[];
  readonly interval: number;
  readonly timeout: number;
  readonly startPeriod: number;
  readonly startInterval: number;
  readonly retries: number;
}

export interface OnbuildInstruction extends Located {
  readonly kind: 'onbuild';
  /** The instruction to run later, as written. */
  readonly expression: string;
}

export type Instruction =
  | FromInstruction
  | ArgInstruction
  | CopyInstruction
  | RunInstruction
  | CommandInstruction
  | EnvInstruction
  | WordInstruction
  | ListInstruction
  | ShellInstruction
  | HealthcheckInstruction
  | OnbuildInstruction;

/** FROM and what follows it, up to the next FROM. */
export interface Stage {
  readonly index: number;
  /** Alias in lower case; undefined for an unnamed stage. */
  readonly name: string | undefined;
  readonly from: FromInstruction;
  readonly instructions: readonly Exclude<Instruction, FromInstruction>[];
}

/** A whole file. `globalArgs` are those before the first FROM. */
export interface Dockerfile {
  readonly directives: Directives;
  readonly globalArgs: readonly ArgInstruction[];
  readonly stages: readonly Stage[];
  readonly warnings: readonly ParseWarning[];
  readonly source: string;
}
