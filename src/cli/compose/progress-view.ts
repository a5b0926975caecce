import type { OnProgress, ProgressEvent } from '../../compose/index.ts';

/** How progress is shown. */
export type ProgressMode = 'tty' | 'plain' | 'json' | 'quiet';

/** Shows what happens to networks, volumes and containers: in place on a terminal, a line for each change elsewhere. */
export interface ProgressView extends Disposable {
  readonly event: OnProgress;
  /** Prints a line of other output without disturbing the picture. */
  print(line: string): void;
}

/** Opens a view on `out`. `title` heads the picture: "Running". `prefix` marks a dry run. */
export function openProgress(out: NodeJS.WriteStream, mode: ProgressMode, title: string, prefix = ''): ProgressView {
  if (mode === 'tty') return new TerminalView(out, title);
  const write = mode === 'quiet' ? () => undefined : mode === 'json' ? jsonLine : plainLine;
  let last = '';
  return {
    event(event) {
      const line = write(event, prefix);
      if (line === undefined || line === last) return;
      last = line;
      out.write(line);
    },
    print: (line) => void out.write(`${line}\n`),
    [Symbol.dispose]: () => undefined,
  };
}

function plainLine({ id, status, detail, state }: ProgressEvent, prefix: string): string {
  const more = detail === undefined ? '' : state === 'error' ? ` ${detail}` : ` (${detail})`;
  return ` ${prefix}${id}  ${status}${more}\n`;
}

function jsonLine({ id, status, state, detail }: ProgressEvent, prefix: string): string {
  const words = { working: 'Working', done: 'Done', warning: 'Warning', error: 'Error' };
  return `${JSON.stringify({ ...(prefix ? { 'dry-run': true } : {}), id, text: status, status: words[state], ...(detail === undefined ? {} : { details: detail }) })}\n`;
}

const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

interface Row {
  event: ProgressEvent;
  /** Said once, kept to the end: why a container is replaced. */
  detail: string | undefined;
  readonly startMs: number;
  endMs: number | undefined;
}

/** The picture on a terminal: a title with counts and a row for each thing, drawn ten times a second. */
class TerminalView implements ProgressView {
  readonly #out: NodeJS.WriteStream;
  readonly #title: string;
  readonly #rows = new Map<string, Row>();
  readonly #timer: NodeJS.Timeout;
  #drawn = 0;
  #frame = 0;

  constructor(out: NodeJS.WriteStream, title: string) {
    this.#out = out;
    this.#title = title;
    this.#timer = setInterval(() => this.#draw(), 100);
    this.#timer.unref();
  }

  readonly event: OnProgress = (event) => {
    const row = this.#rows.get(event.id);
    const endMs = event.state === 'working' ? undefined : performance.now();
    if (row) Object.assign(row, { event, endMs, detail: event.detail ?? row.detail });
    else this.#rows.set(event.id, { event, detail: event.detail, startMs: performance.now(), endMs });
  };

  print(line: string): void {
    this.#erase();
    this.#out.write(`${line}\n`);
    this.#draw();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#draw();
    this.#drawn = 0;
  }

  #erase(): void {
    if (this.#drawn) this.#out.write(`\u001B[${this.#drawn}A\u001B[0J`);
    this.#drawn = 0;
  }

  #draw(): void {
    if (!this.#rows.size) return;
    const rows = [...this.#rows.values()];
    const done = rows.filter(({ endMs }) => endMs !== undefined).length;
    const height = Math.max(1, (this.#out.rows || 24) - 2);
    const shown =
      rows.length > height ? [...rows.filter(({ endMs }) => endMs === undefined), ...rows.filter(({ endMs }) => endMs !== undefined)].slice(0, height) : rows;
    const width = Math.max(...shown.map(({ event: { id } }) => id.length));
    const lines = [`[+] ${this.#title} ${done}/${rows.length}`, ...shown.map((row) => this.#line(row, width))];
    this.#frame++;
    const up = this.#drawn ? `\u001B[${this.#drawn}A` : '';
    this.#out.write(`${up}${lines.map((line) => `\u001B[2K${line}\n`).join('')}\u001B[0J`);
    this.#drawn = lines.length;
  }

  #line({ event: { id, status, state }, detail, startMs, endMs }: Row, width: number): string {
    const columns = this.#out.columns || 80;
    const time = `${(((endMs ?? performance.now()) - startMs) / 1000).toFixed(1)}s`;
    const icon = {
      working: `\u001B[34m${spinner[this.#frame % spinner.length]}\u001B[0m`,
      done: '\u001B[32m✔\u001B[0m',
      warning: '\u001B[33m!\u001B[0m',
      error: '\u001B[31m✘\u001B[0m',
    }[state];
    const color = { working: '36', done: '32', warning: '33', error: '31' }[state];
    const left = ` ${id.padEnd(width)}  ${status}`;
    const room = columns - left.length - time.length - 5;
    const why = detail === undefined || room < 8 ? '' : `  ${detail.length > room - 2 ? `${detail.slice(0, room - 3)}…` : detail}`;
    const gap = ' '.repeat(Math.max(1, columns - left.length - why.length - time.length - 3));
    return ` ${icon}${left.replace(status, `\u001B[${color}m${status}\u001B[0m`)}\u001B[2m${why}\u001B[0m${gap}\u001B[34m${time}\u001B[0m`;
  }
}
