import { matches } from './matches.ts';
import type { EventMessage, EventQuery, NewEvent } from './types.ts';

/** How many past events a subscriber with `since` can still read; Docker keeps 256. */
const JOURNAL_LENGTH = 4096;

/** How far behind a subscriber may fall before it is cut off, so that one who stopped reading holds no memory. */
const BACKLOG_LIMIT = 16_384;

interface Subscriber {
  readonly queue: EventMessage[];
  wake: () => void;
  lost: boolean;
}

/** The engine's events: typed, in order, with a bounded journal in memory. Publishing never waits for a subscriber. */
export class EventBus {
  readonly #journal: EventMessage[] = [];
  readonly #subscribers = new Set<Subscriber>();
  readonly #now: () => number;
  #lastNano = 0n;

  /** `now` gives milliseconds since 1970. */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  publish(event: NewEvent): EventMessage {
    const message = this.#stamp(event);
    this.#journal.push(message);
    if (this.#journal.length > JOURNAL_LENGTH) this.#journal.shift();
    for (const subscriber of this.#subscribers) {
      if (subscriber.queue.length < BACKLOG_LIMIT) subscriber.queue.push(message);
      else subscriber.lost = true;
      subscriber.wake();
    }
    return message;
  }

  /** Number of live subscriptions; a test's way to see that none leaks. */
  get subscriberCount(): number {
    return this.#subscribers.size;
  }

  /** Events that match, past ones first when `since` is given. The subscription stands when this returns, before the first `next()`. Ends at `until` or when aborted. */
  subscribe(query: EventQuery = {}): AsyncIterableIterator<EventMessage> {
    const filters = query.filters ?? new Map<string, string[]>();
    const past = query.since === undefined && query.until === undefined ? [] : this.#past(query);
    const subscriber: Subscriber = { queue: past, wake: () => {}, lost: false };
    this.#subscribers.add(subscriber);
    return this.#read(subscriber, query, (event) => matches(event, filters));
  }

  async *#read(subscriber: Subscriber, query: EventQuery, wanted: (event: EventMessage) => boolean): AsyncGenerator<EventMessage> {
    const { signal, until } = query;
    const wake = (): void => subscriber.wake();
    signal?.addEventListener('abort', wake, { once: true });
    const timer = until === undefined ? undefined : setTimeout(wake, Math.max(0, until - this.#now()));
    try {
      for (;;) {
        const event = subscriber.queue.shift();
        if (event && (until === undefined || event.time * 1000 <= until)) {
          if (wanted(event)) yield event;
          continue;
        }
        if (signal?.aborted || subscriber.lost || (until !== undefined && this.#now() >= until)) return;
        await new Promise<void>((resolve) => {
          subscriber.wake = resolve;
          if (subscriber.queue.length > 0 || signal?.aborted) resolve();
        });
      }
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', wake);
      this.#subscribers.delete(subscriber);
    }
  }

  #past(query: EventQuery): EventMessage[] {
    const since = query.since ?? 0;
    return this.#journal.filter((event) => event.timeNano / 1e6 >= since);
  }

  #stamp({ Type, Action, id, attributes = {} }: NewEvent): EventMessage {
    const milliseconds = this.#now();
    const nano = BigInt(Math.trunc(milliseconds)) * 1_000_000n;
    this.#lastNano = nano > this.#lastNano ? nano : this.#lastNano + 1000n;
    const time = Math.floor(milliseconds / 1000);
    const message: EventMessage = { Type, Action, Actor: { ID: id, Attributes: attributes }, scope: 'local', time, timeNano: Number(this.#lastNano) };
    if (Type === 'container') return { status: Action, id, from: attributes['image'] ?? '', ...message };
    if (Type === 'image') return { status: Action, id, ...message };
    return message;
  }
}
