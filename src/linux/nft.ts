import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';

import { EngineError } from '../base/index.ts';

/** Speaks to nftables through one resident `nft -i`: 0.35 ms a transaction where a new process takes 4 to 15. */
export interface Nft {
  /** Runs commands as one transaction: all of them take effect, or none. Throws INTERNAL with nft's own words. */
  run(commands: readonly string[]): Promise<void>;
  /** Answers `list …` as parsed JSON: the array behind "nftables", without its metainfo. */
  list(command: string): Promise<NftObject[]>;
  close(): Promise<void>;
}

/** One object of nft's JSON: {"chain": {…}}, {"rule": {…}}. Source: libnftables-json(5). */
export type NftObject = Record<string, Record<string, unknown>>;

interface Job {
  command: string;
  wantsOutput: boolean;
  resolve(output: string): void;
  reject(error: Error): void;
}

/** Starts the process at the first command, and again when it died. */
export function openNft(): Nft {
  const session = new NftSession();
  return {
    run: async (commands) => {
      if (commands.length > 0) await session.send(commands.join('; '), false);
    },
    list: async (command) => {
      const { nftables } = JSON.parse(await session.send(command, true)) as { nftables: NftObject[] };
      return nftables.filter((object) => !('metainfo' in object));
    },
    close: () => session.close(),
  };
}

/**
 * One job at a time: its line, then a line with a word that nft cannot know. The complaint about that word, which quotes
 * it, comes when the job is done; whatever stands before it on stderr is the job's own error.
 */
class NftSession {
  #process: ChildProcessWithoutNullStreams | undefined;
  readonly #waiting: Job[] = [];
  #job: Job | undefined;
  #marker = '';
  #serial = 0;
  #closed = false;
  #output = '';
  #errors = '';

  send(command: string, wantsOutput: boolean): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(new EngineError('UNAVAILABLE', 'nft is closed'));
      this.#waiting.push({ command, wantsOutput, resolve, reject });
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const child = this.#process;
    if (!child) return;
    const gone = new Promise((resolve) => child.once('close', resolve));
    child.ref();
    child.stdin.end();
    await gone;
  }

  #next(): void {
    if (this.#job) return;
    this.#job = this.#waiting.shift();
    if (!this.#job) return;
    const child = (this.#process ??= this.#start());
    this.#marker = `zz${++this.#serial}`;
    this.#output = '';
    this.#errors = '';
    child.stdin.write(`${this.#job.command.replaceAll('\n', ' ')}\n${this.#marker} zz\n`);
  }

  #start(): ChildProcessWithoutNullStreams {
    const child = spawn('nft', ['-j', '-i'], { stdio: 'pipe' });
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => this.#read(chunk, ''));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => this.#read('', chunk));
    child.stdin.on('error', () => undefined); // Its end is seen by 'close'.
    child.on('error', (cause) => this.#lost(cause));
    child.on('close', () => this.#lost());
    // A resident helper must not keep a finished program alive; a job that waits is awaited by its caller.
    child.unref();
    return child;
  }

  #read(output: string, errors: string): void {
    this.#output += output;
    this.#errors += errors;
    const end = this.#errors.search(new RegExp(`Error: [^\\n]*\\n${this.#marker} zz\\n\\s*\\^+\\s*\\n`));
    const job = this.#job;
    if (end < 0 || !job) return;
    const complaint = this.#errors.slice(0, end).trim();
    // The two pipes are read independently: the output of a list may come after the marker.
    if (job.wantsOutput && !complaint && !this.#output.endsWith('\n')) return;
    this.#job = undefined;
    if (complaint) job.reject(new EngineError('INTERNAL', `nft: ${complaint.replace(/^Error: /, '')}`, { details: { command: job.command } }));
    else job.resolve(this.#output);
    this.#next();
  }

  #lost(cause?: Error): void {
    this.#process = undefined;
    const job = this.#job;
    this.#job = undefined;
    const missing = 'nft cannot be run; install the package nftables';
    job?.reject(new EngineError('UNAVAILABLE', cause ? missing : `nft ended: ${this.#errors.trim()}`, { cause }));
    this.#next();
  }
}
