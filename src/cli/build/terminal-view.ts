import type { BuildEvent } from '../../api/index.ts';
import type { BuildState, ShownVertex } from './build-state.ts';
import { elapsed, secondsText, statusText } from './build-text.ts';

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

const LOG_LINES = 6;
const FRAME_MS = 80;

/** The steps as a list that is drawn anew in place: `[+] Building 5.2s (10/10) FINISHED`. */
export class TerminalView {
  readonly #state: BuildState;
  readonly #write: (text: string) => void;
  readonly #size: () => TerminalSize;
  readonly #now: () => number;
  readonly #colours: boolean;
  #drawn = 0;
  #last = 0;

  constructor(state: BuildState, options: { write: (text: string) => void; size: () => TerminalSize; now: () => number; colours: boolean }) {
    this.#state = state;
    this.#write = options.write;
    this.#size = options.size;
    this.#now = options.now;
    this.#colours = options.colours;
  }

  event(_event: BuildEvent, _vertex: ShownVertex | undefined): void {
    if (this.#now() - this.#last >= FRAME_MS) this.#draw(false);
  }

  /** Moves the clocks on. */
  tick(): void {
    this.#draw(false);
  }

  end(): void {
    this.#draw(true);
  }

  #draw(finished: boolean): void {
    this.#last = this.#now();
    const { columns, rows } = this.#size();
    const lines = this.#lines(columns, finished);
    const shown = finished ? lines : fit(lines, Math.max(4, rows - 2));
    const up = this.#drawn > 0 ? `\u001b[${this.#drawn}A` : '';
    this.#write(`\u001b[?25l${up}\r${shown.map((line) => `${line}\u001b[K\n`).join('')}\u001b[J${finished ? '\u001b[?25h' : ''}`);
    this.#drawn = finished ? 0 : shown.length;
  }

  #lines(columns: number, finished: boolean): string[] {
    const now = this.#now();
    const done = this.#state.doneCount;
    const count = `(${done}/${this.#state.vertices.size})`;
    const over = finished && this.#state.failed === undefined && this.#state.failure === undefined;
    const head = `[+] Building ${secondsText(now - this.#state.started)} ${count}${over ? ' FINISHED' : ''}`;
    return [
      this.#paint(cut(head, columns), over ? '34' : ''),
      ...[...this.#state.vertices.values()].flatMap((vertex) => this.#vertexLines(vertex, columns, now, finished)),
    ];
  }

  #vertexLines(vertex: ShownVertex, columns: number, now: number, finished: boolean): string[] {
    const { event } = vertex;
    const mark = event.state === 'cached' ? 'CACHED ' : event.state === 'error' ? 'ERROR ' : event.state === 'canceled' ? 'CANCELED ' : '';
    const colour = event.state === 'error' ? '31' : event.state === 'canceled' ? '33' : event.state === 'running' ? '' : '34';
    const lines = [this.#paint(timed(` => ${mark}${event.name}`, elapsed(vertex, now), columns), colour)];
    for (const status of vertex.statuses.values())
      lines.push(
        this.#paint(timed(` => => ${statusText(status)}`, (status.completed ?? now) - status.started, columns), status.completed === undefined ? '' : '34'),
      );
    if (vertex.reasons.length > 0) lines.push(this.#paint(cut(` => => runs anew: ${vertex.reasons.join(', ')}`, columns), '33'));
    if (event.state === 'running' && !finished)
      for (const { text } of vertex.logs.slice(-LOG_LINES)) lines.push(this.#paint(cut(` => => # ${plain(text)}`, columns), '2'));
    return lines;
  }

  #paint(text: string, code: string): string {
    return this.#colours && code !== '' ? `\u001b[${code}m${text}\u001b[0m` : text;
  }
}

/** Text with a time at the right edge. */
function timed(text: string, milliseconds: number, columns: number): string {
  const time = secondsText(milliseconds);
  const room = Math.max(10, columns - time.length - 1);
  return `${cut(text, room).padEnd(room)} ${time}`;
}

function cut(text: string, columns: number): string {
  const line = plain(text);
  return line.length <= columns ? line : `${line.slice(0, Math.max(1, columns - 3))}...`;
}

/** Control characters in a step's output or name must not move our cursor. */
function plain(text: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what must go
  return text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '').replace(/[\u0000-\u001f\u007f]/g, ' ');
}

/** The header and the newest lines where not all fit. */
function fit(lines: readonly string[], rows: number): string[] {
  const [head = '', ...rest] = lines;
  return [head, ...rest.slice(-(rows - 1))];
}
