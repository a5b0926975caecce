import type { ExecCreateBody } from '../api/index.ts';
import { EngineError } from '../base/index.ts';
import type { ExecTask, ProcessSpec } from '../runtime/index.ts';
import type { Container } from './container.ts';

/** How long an ended exec can still be asked for its exit code. Source: moby daemon/exec.go, containerExecGC. */
const KEPT_MS = 300_000;
/** At most so many ended ones are kept, whatever their age. */
const KEPT_MAX = 10_000;

/** One exec of a container, from its creation to some minutes after its end. */
export interface Exec {
  readonly id: string;
  readonly container: Container;
  readonly body: ExecCreateBody;
  readonly process: ProcessSpec;
  state: 'created' | 'starting' | 'running' | 'ended';
  task: ExecTask | undefined;
  exitCode: number | null;
  endedMs: number;
  /** Settles when the process runs, or could not be started. */
  readonly started: PromiseWithResolvers<void>;
}

/** Execs of this engine process, by id. They are not kept over a restart, as Docker's are not. */
export class ExecTable {
  readonly #execs = new Map<string, Exec>();

  add(container: Container, { id, body, process }: Pick<Exec, 'id' | 'body' | 'process'>): Exec {
    this.#collect();
    const exec: Exec = { id, container, body, process, state: 'created', task: undefined, exitCode: null, endedMs: 0, started: Promise.withResolvers() };
    this.#execs.set(id, exec);
    container.execs.add(id);
    return exec;
  }

  /** NOT_FOUND "No such exec instance: X". */
  resolve(id: string): Exec {
    const exec = this.#execs.get(id);
    if (!exec) throw new EngineError('NOT_FOUND', `No such exec instance: ${id}`);
    return exec;
  }

  end(exec: Exec, exitCode: number): void {
    exec.state = 'ended';
    exec.started.resolve();
    exec.exitCode = exitCode;
    exec.endedMs = Date.now();
    exec.container.execs.delete(exec.id);
  }

  /** The container is gone, and its execs with it. */
  forgetContainer(containerId: string): void {
    for (const exec of this.#execs.values()) if (exec.container.id === containerId) this.#execs.delete(exec.id);
  }

  #collect(): void {
    const oldest = Date.now() - KEPT_MS;
    const tooMany = this.#execs.size > KEPT_MAX;
    for (const exec of this.#execs.values()) if (exec.state === 'ended' && (tooMany || exec.endedMs < oldest)) this.#execs.delete(exec.id);
  }
}
