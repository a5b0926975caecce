/** Messages in the order they came; one reader waits for the next. */
export class MessageQueue<T> {
  readonly #messages: T[] = [];
  #waiting: ((message: T) => void) | undefined;

  push(message: T): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) waiting(message);
    else this.#messages.push(message);
  }

  async next(): Promise<T> {
    const message = this.#messages.shift();
    if (message !== undefined) return message;
    return await new Promise((resolve) => (this.#waiting = resolve));
  }
}
