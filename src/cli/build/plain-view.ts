import type { BuildEvent } from '../../api/index.ts';
import type { BuildState, ShownVertex } from './build-state.ts';
import { elapsed, secondsText, statusText } from './build-text.ts';

/** One line for each thing that happens, prefixed with the number of its step: for logs and pipes. */
export class PlainView {
  readonly #write: (text: string) => void;
  readonly #state: BuildState;
  readonly #logged = new Map<number, number>();
  #last: number | undefined;

  constructor(state: BuildState, write: (text: string) => void) {
    this.#state = state;
    this.#write = write;
  }

  event(event: BuildEvent, vertex: ShownVertex | undefined): void {
    if (!vertex) return;
    if (event.kind === 'vertex') this.#vertex(vertex);
    else if (event.kind === 'status' && event.completed !== undefined)
      this.#line(vertex, `${statusText({ ...event, current: event.current, total: event.total, completed: event.completed })} done`);
    else if (event.kind === 'miss') this.#line(vertex, `runs anew: ${event.reasons.join(', ')}`);
    else if (event.kind === 'log') this.#logs(vertex);
  }

  /** Nothing to redraw. */
  tick(): void {}

  end(): void {
    this.#write('\n');
  }

  #vertex(vertex: ShownVertex): void {
    const { event } = vertex;
    if (event.state === 'running') return this.#line(vertex, undefined);
    this.#logs(vertex);
    if (event.state === 'cached') this.#line(vertex, 'CACHED');
    else if (event.state === 'done') this.#line(vertex, `DONE ${secondsText(elapsed(vertex, event.completed ?? 0))}`);
    else if (event.state === 'canceled') this.#line(vertex, 'CANCELED');
    else this.#line(vertex, `ERROR: ${event.error ?? 'failed'}`);
  }

  #logs(vertex: ShownVertex): void {
    const from = this.#logged.get(vertex.number) ?? 0;
    for (const { text, time } of vertex.logs.slice(from))
      this.#line(vertex, `${((time - (vertex.event.started ?? this.#state.started)) / 1000).toFixed(3)} ${text}`);
    this.#logged.set(vertex.number, vertex.logs.length);
  }

  #line(vertex: ShownVertex, text: string | undefined): void {
    if (this.#last !== vertex.number) {
      this.#write(`${this.#last === undefined ? '' : '\n'}#${vertex.number} ${vertex.event.name}\n`);
      this.#last = vertex.number;
    }
    if (text !== undefined) this.#write(`#${vertex.number} ${text}\n`);
  }
}
