/** Digests that work in progress relies on: nothing that is held may be deleted. In memory, because the work ends with the process. */
export class Holds {
  readonly #counts = new Map<string, number>();

  /** Holds until disposed. The same digest may be held many times. */
  hold(digests: Iterable<string>): Disposable {
    const held = [...digests];
    for (const digest of held) this.#counts.set(digest, (this.#counts.get(digest) ?? 0) + 1);
    return {
      [Symbol.dispose]: () => {
        for (const digest of held.splice(0)) this.#release(digest);
      },
    };
  }

  has(digest: string): boolean {
    return this.#counts.has(digest);
  }

  #release(digest: string): void {
    const count = (this.#counts.get(digest) ?? 1) - 1;
    if (count > 0) this.#counts.set(digest, count);
    else this.#counts.delete(digest);
  }
}
