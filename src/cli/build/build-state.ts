import type { BuildEvent, BuildVertexEvent, BuildWarning } from '../../api/index.ts';

/** A line inside a vertex: "transferring context: 2.31MB". */
export interface StatusLine {
  readonly name: string;
  readonly current: number | undefined;
  readonly total: number | undefined;
  readonly started: number;
  readonly completed: number | undefined;
}

/** A line of output with its time. */
export interface LogLine {
  readonly text: string;
  readonly time: number;
}

/** A vertex as it is shown. */
export interface ShownVertex {
  /** Number in the plain output, from 1. */
  readonly number: number;
  event: BuildVertexEvent;
  readonly statuses: Map<string, StatusLine>;
  readonly logs: LogLine[];
  /** Output after the last line break. */
  rest: string;
  /** Why it runs although an earlier build had it. */
  reasons: readonly string[];
}

const MAX_LOG_LINES = 2000;

/** Everything that a build has told so far. */
export class BuildState {
  readonly vertices = new Map<string, ShownVertex>();
  readonly warnings: BuildWarning[] = [];
  readonly started: number;
  failure: { message: string; excerpt?: string | undefined } | undefined;

  constructor(started: number) {
    this.started = started;
  }

  /** Takes an event in; answers the vertex that it is about. */
  apply(event: BuildEvent): ShownVertex | undefined {
    switch (event.kind) {
      case 'vertex':
        return this.#vertex(event);
      case 'log':
        return this.#log(event.vertex, event.text, event.time);
      case 'status': {
        const vertex = this.vertices.get(event.vertex);
        vertex?.statuses.set(event.name, { name: event.name, current: event.current, total: event.total, started: event.started, completed: event.completed });
        return vertex;
      }
      case 'miss': {
        const vertex = this.vertices.get(event.vertex);
        if (vertex) vertex.reasons = event.reasons;
        return vertex;
      }
      case 'warning':
        this.warnings.push(event.warning);
        return undefined;
      case 'error':
        this.failure = { message: event.message, excerpt: event.excerpt };
        return undefined;
      default:
        return event satisfies never;
    }
  }

  get doneCount(): number {
    return [...this.vertices.values()].filter(({ event }) => event.state === 'done' || event.state === 'cached').length;
  }

  /** The vertex that failed. */
  get failed(): ShownVertex | undefined {
    return [...this.vertices.values()].find(({ event }) => event.state === 'error');
  }

  #vertex(event: BuildVertexEvent): ShownVertex {
    const known = this.vertices.get(event.id);
    if (known) {
      known.event = event;
      if (known.rest !== '' && event.state !== 'running') this.#endLine(known, event.completed ?? this.started);
      return known;
    }
    const vertex: ShownVertex = { number: this.vertices.size + 1, event, statuses: new Map(), logs: [], rest: '', reasons: [] };
    this.vertices.set(event.id, vertex);
    return vertex;
  }

  #log(id: string, text: string, time: number): ShownVertex | undefined {
    const vertex = this.vertices.get(id);
    if (!vertex) return undefined;
    const lines = (vertex.rest + text).split('\n');
    vertex.rest = lines.pop() ?? '';
    for (const line of lines) vertex.logs.push({ text: afterReturn(line), time });
    if (vertex.logs.length > MAX_LOG_LINES) vertex.logs.splice(0, vertex.logs.length - MAX_LOG_LINES);
    return vertex;
  }

  #endLine(vertex: ShownVertex, time: number): void {
    vertex.logs.push({ text: afterReturn(vertex.rest), time });
    vertex.rest = '';
  }
}

/** What a terminal would show of a line that was overwritten by carriage returns. */
function afterReturn(line: string): string {
  const parts = line.replace(/\r+$/, '').split('\r');
  return parts.at(-1) ?? '';
}
