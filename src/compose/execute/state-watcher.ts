import type { ContainerInspect, EventMessage } from '../../api/index.ts';
import { isEngineError, messageOf } from '../../base/index.ts';
import type { Client } from '../../client/index.ts';

/** Tells whether a container's state is what is waited for; throws when it never will be. */
export type Condition = (container: ContainerInspect) => boolean;

/** Waits for states of containers by the engine's events: looks once, and again whenever something happens to the container. */
export class StateWatcher implements AsyncDisposable {
  readonly #client: Client;
  readonly #stop = new AbortController();
  readonly #listeners = new Map<string, Set<() => void>>();
  #events: Promise<void> | undefined;
  #failure: unknown;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Resolves when `condition` holds; rejects when it throws, the container is gone or the signal is aborted. */
  async until(id: string, condition: Condition, signal?: AbortSignal): Promise<ContainerInspect> {
    await (this.#events ??= this.#listen());
    for (;;) {
      const happened = this.#next(id, signal);
      const container = await this.#client.containers.inspect(id);
      if (condition(container)) return container;
      await happened;
      if (this.#failure !== undefined) throw this.#failure;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#events?.catch(() => undefined);
  }

  async #listen(): Promise<void> {
    const events = await this.#client.system.eventsReady({ filters: { type: ['container'] }, signal: this.#stop.signal });
    void this.#dispatch(events);
  }

  async #dispatch(events: AsyncIterable<EventMessage>): Promise<void> {
    try {
      for await (const { Actor } of events) this.#wake(Actor.ID);
      this.#failure = new Error('the engine ended its events');
    } catch (error) {
      this.#failure = isEngineError(error) ? error : new Error(`waiting for containers failed: ${messageOf(error)}`, { cause: error });
    }
    for (const id of this.#listeners.keys()) this.#wake(id);
  }

  #wake(id: string): void {
    for (const listener of this.#listeners.get(id) ?? []) listener();
  }

  #next(id: string, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const listeners = this.#listeners.get(id) ?? new Set();
      this.#listeners.set(id, listeners);
      const leave = (): void => {
        listeners.delete(wake);
        signal?.removeEventListener('abort', abort);
      };
      const wake = (): void => (leave(), resolve());
      const abort = (): void => (leave(), reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted')));
      listeners.add(wake);
      if (signal?.aborted) abort();
      else signal?.addEventListener('abort', abort, { once: true });
    });
  }
}
