/** One line of a container's output. */
export interface LogLine {
  /** "web-1". */
  readonly name: string;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** How lines are shown. */
export interface LogPrinterOptions {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  readonly color: boolean;
  readonly prefix: boolean;
}

const palette = ['36', '33', '32', '35', '34', '36;1', '33;1', '32;1', '35;1', '34;1'];

/** Prints lines of several containers, each behind its container's name in its own colour: "web-1  | …". */
export class LogPrinter {
  readonly #options: LogPrinterOptions;
  readonly #colors = new Map<string, string>();
  #width = 0;

  constructor(options: LogPrinterOptions) {
    this.#options = options;
  }

  /** Makes a name known, so that the bars of all lines stand below each other. */
  register(name: string): void {
    if (!this.#colors.has(name)) this.#colors.set(name, palette[this.#colors.size % palette.length] ?? '36');
    this.#width = Math.max(this.#width, name.length);
  }

  /** False when the stream is full: wait for its `drain`. */
  line({ name, stream, text }: LogLine): boolean {
    return this.#options[stream].write(`${this.#prefix(name)}${text}\n`);
  }

  /** A line about a container: "web-1 exited with code 0". */
  status(name: string, text: string): void {
    this.#options.stdout.write(`${this.#colored(name, `${name} ${text}`)}\n`);
  }

  #prefix(name: string): string {
    if (!this.#options.prefix) return '';
    this.register(name);
    return this.#colored(name, `${name.padEnd(this.#width)}  | `);
  }

  #colored(name: string, text: string): string {
    return this.#options.color ? `\u001B[${this.#colors.get(name) ?? '36'}m${text}\u001B[0m` : text;
  }
}
