import { EventEmitter } from 'node:events';
import { Semaphore } from '../base/index.ts';
import type { Task } from '../runtime/index.ts';
import type { Records } from '../state/index.ts';
import type { ContainerRecord, StateRecord } from './record.ts';

/** How a container ended or went, told to whoever waits. */
export interface Ending {
  readonly exitCode: number;
  readonly error: string;
}

/** One container of this engine: its record, and what of it lives in this process. */
export class Container {
  /** Verbs that change the container hold this, one at a time. */
  readonly lock = new Semaphore(1);
  /** 'exit' at every end of its process, 'removed' when it is gone; both carry an `Ending`. */
  readonly signals = new EventEmitter<{ exit: [Ending]; removed: [Ending] }>().setMaxListeners(0);
  /** The running process; undefined while there is none. */
  task: Task | undefined;
  /** Settles when what others may want of the last run is free again: addresses, ports, mounts. */
  teardown: Promise<void> = Promise.resolve();
  /** Settles when the runtime has forgotten the last run; only the next run and the end of the engine wait for it. */
  forgotten: Promise<void> = Promise.resolve();
  /** Aborts a restart that waits for its time. */
  pendingRestart: AbortController | undefined;
  /** What the user or the engine did to end the process, for the history of exits. */
  endCause = '';
  /** Set by stop and kill: the next exit is wanted, so it is not restarted. */
  stopWanted = false;
  /** Stops the health check of this run. */
  healthCheck: AbortController | undefined;
  /** Milliseconds before the next restart; doubles while it fails fast. */
  restartDelayMs = 0;
  /** Exec ids that have not ended. */
  readonly execs = new Set<string>();
  #record: ContainerRecord;
  readonly #records: Records<ContainerRecord>;

  constructor(record: ContainerRecord, records: Records<ContainerRecord>) {
    this.#record = record;
    this.#records = records;
  }

  get record(): ContainerRecord {
    return this.#record;
  }

  get id(): string {
    return this.#record.id;
  }

  get name(): string {
    return this.#record.name;
  }

  get state(): StateRecord {
    return this.#record.state;
  }

  /** Running, paused, or between two runs of a restart policy: what Docker calls running. */
  get isRunning(): boolean {
    return ['running', 'paused', 'restarting'].includes(this.state.status);
  }

  /** Changes the record, in memory and on disk at once. */
  update(change: Partial<ContainerRecord>): void {
    this.#record = { ...this.#record, ...change };
    this.#records.put(this.id, this.#record);
  }

  /** Changes the state; what is not given stays. */
  setState(change: Partial<StateRecord>): void {
    this.update({ state: { ...this.state, ...change } });
  }

  /** Forgets that there is anything of a run in the kernel. */
  clearRun(): void {
    const { run: _, ...rest } = this.#record;
    this.#record = rest;
    this.#records.put(this.id, rest);
  }

  /** Keeps nothing on disk any more. */
  forget(): void {
    this.#records.delete(this.id);
  }
}
