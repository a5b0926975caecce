/** The same work asked for twice at once is done once; both callers get its outcome. */
export class SingleFlight<T> {
  readonly #flights = new Map<string, Promise<T>>();

  /** Joins the flight of `key`, or starts `work` as its first caller. A finished flight is forgotten. */
  run(key: string, work: () => Promise<T>): Promise<T> {
    const flight = this.#flights.get(key);
    if (flight) return flight;
    const started = work().finally(() => this.#flights.delete(key));
    this.#flights.set(key, started);
    return started;
  }

  /** For work that its caller may abort: who joined the flight of one that failed, and is not aborted itself, starts its own. Rejects at once when aborted while waiting for another. */
  async runOrTakeOver(key: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    for (;;) {
      let own = false;
      const flight = this.run(key, () => {
        own = true;
        return work();
      });
      try {
        return await (own ? flight : unlessAborted(flight, signal));
      } catch (error) {
        if (own || signal?.aborted) throw error;
      }
    }
  }
}

async function unlessAborted<T>(flight: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return await flight;
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([flight, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
