import type { ServerResponse } from 'node:http';

const heartbeatMs = 20_000;

/** The open event streams of this replica, by account. */
export class Hub {
  readonly #streams = new Map<string, Set<ServerResponse>>();
  readonly #heartbeat: NodeJS.Timeout;

  constructor() {
    // Proxies close what is silent for long; a comment keeps the stream alive and finds those that are dead.
    this.#heartbeat = setInterval(() => this.#each((stream) => stream.write(':\n\n')), heartbeatMs).unref();
  }

  get size(): number {
    let size = 0;
    this.#each(() => size++);
    return size;
  }

  /** The stream belongs to the hub until the client or `close` ends it. */
  add(accountId: string, stream: ServerResponse): void {
    const streams = this.#streams.get(accountId) ?? new Set();
    this.#streams.set(accountId, streams.add(stream));
    stream.once('close', () => {
      streams.delete(stream);
      if (streams.size === 0 && this.#streams.get(accountId) === streams) this.#streams.delete(accountId);
    });
    stream.write('retry: 1000\n\n');
  }

  /** Tells everybody who watches the account that there is something new; all accounts, without one. */
  announce(accountId: string | undefined): void {
    const message = 'event: change\ndata: {}\n\n';
    if (accountId === undefined) this.#each((stream) => stream.write(message));
    else for (const stream of this.#streams.get(accountId) ?? []) stream.write(message);
  }

  /** Ends every stream; browsers come back by themselves, to another replica. */
  close(): void {
    clearInterval(this.#heartbeat);
    this.#each((stream) => stream.end());
  }

  #each(action: (stream: ServerResponse) => void): void {
    for (const streams of this.#streams.values()) for (const stream of streams) action(stream);
  }
}
