import type { TarEntry } from './entry.ts';
import { TarParser } from './tar-parser.ts';

/** An entry and its contents. `body` may be left unread; reading it after the next entry was taken gives nothing. */
export interface TarMember {
  readonly entry: TarEntry;
  readonly body: AsyncIterable<Buffer>;
}

type Event =
  | { readonly kind: 'entry'; readonly entry: TarEntry }
  | { readonly kind: 'data'; readonly chunk: Buffer; readonly offset: number }
  | { readonly kind: 'end' };

/** Reads an archive member by member. Holes of sparse files come as zeros. Stops reading `source`, and closes it, when the consumer stops. */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarMember> {
  const events = new EventQueue(source);
  try {
    for (let event = await events.next(); event; event = await events.next()) {
      if (event.kind !== 'entry') continue;
      const member = new MemberBody(events, event.entry.sizeBytes);
      yield { entry: event.entry, body: member };
      await member.drain();
    }
  } finally {
    await events.close();
  }
}

class EventQueue {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #events: Event[] = [];
  #at = 0;
  #finished = false;
  readonly #parser = new TarParser({
    entry: (entry) => void this.#events.push({ kind: 'entry', entry }),
    data: (chunk, offset) => void this.#events.push({ kind: 'data', chunk, offset }),
    end: () => void this.#events.push({ kind: 'end' }),
  });

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async next(): Promise<Event | undefined> {
    while (this.#at === this.#events.length) {
      if (this.#finished) return undefined;
      this.#events.length = 0;
      this.#at = 0;
      const { done, value } = await this.#source.next();
      this.#finished = done === true;
      if (done) this.#parser.finish();
      else this.#parser.write(value);
    }
    return this.#events[this.#at++];
  }

  async close(): Promise<void> {
    if (!this.#finished) await this.#source.return?.();
  }
}

class MemberBody implements AsyncIterable<Buffer> {
  readonly #events: EventQueue;
  readonly #size: number;
  #position = 0;
  #open = true;

  constructor(events: EventQueue, size: number) {
    this.#events = events;
    this.#size = size;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    while (this.#open) {
      const event = await this.#events.next();
      if (event?.kind === 'data') {
        yield* zeros(event.offset - this.#position);
        yield event.chunk;
        this.#position = event.offset + event.chunk.length;
      } else {
        this.#open = false;
        yield* zeros(this.#size - this.#position);
      }
    }
  }

  async drain(): Promise<void> {
    while (this.#open) this.#open = (await this.#events.next())?.kind === 'data';
  }
}

function* zeros(count: number): Generator<Buffer> {
  for (let left = count; left > 0; left -= 65_536) yield Buffer.alloc(Math.min(left, 65_536));
}
