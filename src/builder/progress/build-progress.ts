import { randomBytes } from 'node:crypto';

import type { BuildEvent, BuildVertexEvent, BuildWarning } from '../../api/index.ts';

/** Takes events in the order they happen. */
export type EventSink = (event: BuildEvent) => void;

/** Characters of output that are told of one step: a client that does not read must not fill the engine's memory. */
const LOG_LIMIT = 16 << 20;

/** A vertex in progress, as told to the client. */
export interface VertexProgress {
  readonly id: string;
  log(stream: 'stdout' | 'stderr', chunk: Uint8Array): void;
  /** Begins or updates a line inside the vertex. */
  status(name: string, amounts?: { current?: number; total?: number; completed?: boolean }): void;
  miss(reasons: readonly string[]): void;
  end(state: 'done' | 'cached' | 'error' | 'canceled', error?: string): void;
}

/** Turns what happens in one build into events with times. */
export class BuildProgress {
  readonly #sink: EventSink;
  readonly #now: () => number;

  constructor(sink: EventSink, now: () => number) {
    this.#sink = sink;
    this.#now = now;
  }

  /** Tells that a vertex begins. */
  begin(name: string, id = randomBytes(8).toString('hex')): VertexProgress {
    const started = this.#now();
    const decoders = new Map<string, InstanceType<typeof TextDecoder>>();
    const statuses = new Map<string, number>();
    let logged = 0;
    this.#sink({ kind: 'vertex', id, name, state: 'running', started });
    return {
      id,
      log: (stream, chunk) => {
        const decoder = decoders.get(stream) ?? new TextDecoder();
        decoders.set(stream, decoder);
        const text = decoder.decode(chunk, { stream: true });
        if (text === '' || logged > LOG_LIMIT) return;
        logged += text.length;
        const shown = logged > LOG_LIMIT ? `\n[output clipped, log limit ${LOG_LIMIT >> 20}MiB reached]\n` : text;
        this.#sink({ kind: 'log', vertex: id, stream, text: shown, time: this.#now() });
      },
      status: (line, { current, total, completed } = {}) => {
        const since = statuses.get(line) ?? this.#now();
        statuses.set(line, since);
        this.#sink({
          kind: 'status',
          vertex: id,
          name: line,
          started: since,
          ...(current === undefined ? {} : { current }),
          ...(total === undefined ? {} : { total }),
          ...(completed ? { completed: this.#now() } : {}),
        });
      },
      miss: (reasons) => this.#sink({ kind: 'miss', vertex: id, reasons }),
      end: (state, error) => this.#end({ kind: 'vertex', id, name, state, started, completed: this.#now(), ...(error === undefined ? {} : { error }) }),
    };
  }

  /** Runs work as a vertex of its own. */
  async within<T>(name: string, work: (vertex: VertexProgress) => Promise<T>): Promise<T> {
    const vertex = this.begin(name);
    try {
      const result = await work(vertex);
      vertex.end('done');
      return result;
    } catch (error) {
      vertex.end('error', error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  warn(warning: BuildWarning): void {
    this.#sink({ kind: 'warning', warning });
  }

  #end(event: BuildVertexEvent): void {
    this.#sink(event);
  }
}
