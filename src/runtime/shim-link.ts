import type { Socket } from 'node:net';
import { controlFrame, onControlFrames } from './control.ts';
import { parseExit, parseStarted, type StartedFacts } from './run-dir.ts';
import type { TaskExit, TerminalSize } from './types.ts';

/** What a start came to. */
export type StartOutcome =
  | { readonly kind: 'started'; readonly facts: StartedFacts }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'lost' };

/** The engine's end of a control connection: its frames as promises. Nothing here rejects. */
export class ShimLink {
  readonly #socket: Socket;
  /** Settles with the first S or E frame, or when the connection ends before. */
  readonly outcome: Promise<StartOutcome>;
  /** Settles with the X frame; undefined when the connection ends without one. */
  readonly exit: Promise<TaskExit | undefined>;
  /** Settles when the shim has deleted the container at the runtime, or is gone. */
  readonly gone: Promise<void>;
  readonly #oomListeners = new Set<() => void>();

  constructor(socket: Socket) {
    this.#socket = socket;
    const outcome = Promise.withResolvers<StartOutcome>();
    const exit = Promise.withResolvers<TaskExit | undefined>();
    const gone = Promise.withResolvers<void>();
    onControlFrames(socket, (type, text) => {
      if (type === 'S') outcome.resolve({ kind: 'started', facts: parseStarted(text) });
      if (type === 'E') outcome.resolve({ kind: 'failed', reason: text });
      if (type === 'X') exit.resolve(parseExit(text));
      if (type === 'O') for (const listener of this.#oomListeners) listener();
      if (type === 'D') {
        gone.resolve();
        socket.destroy(); // the shim stays only for clients that have not read everything
      }
    });
    socket.on('error', () => {}); // the end of the connection says it too
    socket.once('end', () => socket.destroy());
    socket.once('close', () => {
      outcome.resolve({ kind: 'lost' });
      exit.resolve(undefined);
      gone.resolve();
    });
    this.outcome = outcome.promise;
    this.exit = exit.promise;
    this.gone = gone.promise;
  }

  resize(size: TerminalSize): void {
    if (!this.#socket.destroyed) this.#socket.write(controlFrame('W', `${size.rows} ${size.columns}`));
  }

  onOom(listener: () => void): () => void {
    this.#oomListeners.add(listener);
    return () => this.#oomListeners.delete(listener);
  }

  /** Lets go of the shim, which goes on without us: no promise settles any more, for nothing has ended. */
  disconnect(): void {
    this.#socket.removeAllListeners('close');
    this.#socket.destroy();
  }
}
