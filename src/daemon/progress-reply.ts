import type { ProgressMessage } from '../api/index.ts';
import { EngineError, messageOf } from '../base/index.ts';
import type { Reply } from './http/reply.ts';

/** Messages that wait for a slow client before the work itself waits for nothing more. */
const BACKLOG = 4096;

/**
 * Runs `work` and answers its progress, one JSON document a line. An error before the first message is an HTTP error; later it is
 * the last line, as Docker has it; with `errorsInStream` always.
 */
export async function progressReply(
  work: (onProgress: (message: ProgressMessage) => void) => Promise<void>,
  options: { readonly errorsInStream?: boolean } = {},
): Promise<Reply> {
  const messages = new MessageQueue();
  work((message) => messages.push(message)).then(
    () => messages.end(),
    (error: unknown) => messages.fail(error),
  );
  await messages.first();
  if (messages.failedFirst && options.errorsInStream !== true) throw messages.failure;
  const lines = messages.lines();
  return { kind: 'stream', status: 200, headers: { 'Content-Type': 'application/json' }, stream: lines };
}

class MessageQueue {
  readonly #queue: ProgressMessage[] = [];
  #ended = false;
  #sent = false;
  #wake: () => void = () => {};
  failure: unknown;

  push(message: ProgressMessage): void {
    // A bar that nobody reads needs no history: the last figure of each layer is enough.
    if (this.#queue.length >= BACKLOG && message.progressDetail) return;
    this.#queue.push(message);
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  fail(error: unknown): void {
    this.failure = error;
    this.end();
  }

  get failedFirst(): boolean {
    return this.failure !== undefined && !this.#sent && this.#queue.length === 0;
  }

  async first(): Promise<void> {
    if (this.#queue.length === 0 && !this.#ended) await this.#news();
  }

  async *lines(): AsyncGenerator<string> {
    for (;;) {
      const message = this.#queue.shift();
      if (message) {
        this.#sent = true;
        yield `${JSON.stringify(message)}\r\n`;
      } else if (this.#ended) break;
      else await this.#news();
    }
    if (this.failure !== undefined) yield `${JSON.stringify(errorLine(this.failure))}\r\n`;
  }

  #news(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

/** The error as the last line of a progress stream. */
export function errorLine(error: unknown): ProgressMessage {
  const status = error instanceof EngineError && typeof error.details['exitCode'] === 'number' ? error.details['exitCode'] : undefined;
  const message = messageOf(error);
  return { errorDetail: { ...(status === undefined ? {} : { code: status }), message }, error: message };
}
