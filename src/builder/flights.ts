import type { CacheRecord } from './cache/build-cache.ts';
import type { VertexProgress } from './progress/build-progress.ts';

/** Who takes part in a step: where its output goes, and when it no longer wants it. */
export interface Passenger {
  readonly progress: VertexProgress;
  readonly signal: AbortSignal;
}

interface Flight {
  readonly passengers: Set<Passenger>;
  readonly abort: AbortController;
  readonly outcome: Promise<CacheRecord>;
  /** What later passengers have missed so far. */
  readonly log: { stream: 'stdout' | 'stderr'; chunk: Uint8Array }[];
}

const MAX_LOG = 10_000;

/** Steps that are running, by cache key, over all builds: the same step asked for twice runs once, both see its output, and it stops when the last one leaves. */
export class Flights {
  readonly #flights = new Map<string, Flight>();

  async run(key: string, passenger: Passenger, work: (running: Passenger) => Promise<CacheRecord>): Promise<CacheRecord> {
    passenger.signal.throwIfAborted();
    const flight = this.#flights.get(key) ?? this.#start(key, work);
    for (const { stream, chunk } of flight.log) passenger.progress.log(stream, chunk);
    flight.passengers.add(passenger);
    const left = Promise.withResolvers<never>();
    const leave = (): void => {
      flight.passengers.delete(passenger);
      if (flight.passengers.size > 0) left.reject(passenger.signal.reason);
      else flight.abort.abort(passenger.signal.reason);
    };
    passenger.signal.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([flight.outcome, left.promise]);
    } finally {
      passenger.signal.removeEventListener('abort', leave);
      flight.passengers.delete(passenger);
    }
  }

  #start(key: string, work: (running: Passenger) => Promise<CacheRecord>): Flight {
    const passengers = new Set<Passenger>();
    const abort = new AbortController();
    const log: Flight['log'] = [];
    const progress = broadcast(passengers, log);
    const outcome = work({ progress, signal: abort.signal }).finally(() => this.#flights.delete(key));
    outcome.catch(() => {}); // Every passenger awaits it; with none left, nobody does.
    const flight = { passengers, abort, outcome, log };
    this.#flights.set(key, flight);
    return flight;
  }
}

function broadcast(passengers: ReadonlySet<Passenger>, log: Flight['log']): VertexProgress {
  const each = (tell: (progress: VertexProgress) => void): void => {
    for (const { progress } of passengers) tell(progress);
  };
  return {
    id: '',
    log: (stream, chunk) => {
      const copy = Buffer.from(chunk);
      if (log.length < MAX_LOG) log.push({ stream, chunk: copy });
      each((progress) => progress.log(stream, copy));
    },
    status: (name, amounts) => each((progress) => progress.status(name, amounts)),
    miss: (reasons) => each((progress) => progress.miss(reasons)),
    end: () => {},
  };
}
