import type { Client } from '../client/index.ts';
import type { ConfigFile } from './config/config-file.ts';
import type { Flags } from './parse/flags.ts';

/** What a command is called with: its words, the streams it may use, and the way to the engine. */
export interface Invocation {
  /** The name shown in messages: "slipway", or "docker" where it is installed under that name. */
  readonly program: string;
  /** The command as it was typed: "slipway container ls". */
  readonly path: string;
  readonly flags: Flags;
  readonly args: readonly string[];
  /** The flags before the command: --host, --context, --debug. */
  readonly globals: Flags;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
  /** The user's config.json; read at the first call. */
  readonly config: () => ConfigFile;
  /** The engine that this call speaks to: by -H, context or environment; started when it is the default one and nobody answers. */
  readonly connect: () => Promise<Client>;
}
