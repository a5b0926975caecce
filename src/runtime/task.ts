import { readFileSync } from 'node:fs';
import { EngineError, systemCode } from '../base/index.ts';
import { attachToShim } from './attach.ts';
import { containerCgroup, type ContainerCgroup } from './cgroup.ts';
import { startExec } from './exec.ts';
import { signalProcess } from './host-process.ts';
import type { OciRuntime } from './oci-runtime.ts';
import type { StartedFacts } from './run-dir.ts';
import type { ShimLink } from './shim-link.ts';
import { signalNumber } from './signals.ts';
import { taskStats } from './stats.ts';
import { top } from './top.ts';
import type {
  AttachOptions,
  AttachStream,
  ExecOptions,
  ExecTask,
  ResourceLimits,
  RuntimeSpec,
  Task,
  TaskExit,
  TaskStats,
  TerminalSize,
  TopResult,
} from './types.ts';
import { updateResources } from './update.ts';
import type { Zygote } from './zygote.ts';

/** What a task needs of its surroundings. */
export interface TaskPlace {
  readonly id: string;
  readonly dir: string;
  readonly spoolDir: string;
  readonly oci: OciRuntime;
  readonly zygote: Zygote;
}

/** A running container, or one that has just ended. */
export class ContainerTask implements Task {
  readonly id: string;
  readonly pid: number;
  readonly startedAt: string;
  readonly exited: Promise<TaskExit>;
  readonly #place: TaskPlace;
  readonly #facts: StartedFacts;
  readonly #link: ShimLink | undefined;
  #cgroup: ContainerCgroup | undefined;
  #path: string | undefined;

  /** `link` is undefined for a container whose shim is gone; `exited` must be settled then. */
  constructor(place: TaskPlace, facts: StartedFacts, link: ShimLink | undefined, exited: Promise<TaskExit>) {
    this.id = place.id;
    this.pid = facts.process.pid;
    this.startedAt = facts.startedAt;
    this.exited = exited;
    this.#place = place;
    this.#facts = facts;
    this.#link = link;
  }

  kill(signal: string | number): void {
    signalProcess(this.#facts.process, signalNumber(signal));
  }

  resize(size: TerminalSize): void {
    this.#link?.resize(size);
  }

  attach(options: AttachOptions): Promise<AttachStream> {
    return attachToShim(this.#place.dir, options);
  }

  exec(options: ExecOptions): Promise<ExecTask> {
    return startExec({ ...this.#place, containerId: this.id, cgroupsPath: this.#cgroupsPath() }, options);
  }

  pause(): Promise<void> {
    return this.#group().freeze();
  }

  resume(): Promise<void> {
    return this.#group().thaw();
  }

  stats(): TaskStats {
    return taskStats(this.#group());
  }

  top(psArgs?: string): Promise<TopResult> {
    return top(this.#place.zygote, this.pids(), psArgs);
  }

  pids(): number[] {
    return this.#group().pids();
  }

  update(resources: ResourceLimits): void {
    updateResources(this.#group(), resources);
  }

  onOom(listener: () => void): () => void {
    return this.#link?.onOom(listener) ?? (() => {});
  }

  /** The cgroup is named by the specification the container was started with. */
  #group(): ContainerCgroup {
    this.#cgroup ??= containerCgroup(this.#cgroupsPath());
    return this.#cgroup;
  }

  #cgroupsPath(): string {
    this.#path ??= this.#readPath();
    return this.#path;
  }

  #readPath(): string {
    try {
      const spec = JSON.parse(readFileSync(`${this.#place.dir}/config.json`, 'utf8')) as RuntimeSpec;
      return spec.linux.cgroupsPath ?? `/slipway/${this.id}`;
    } catch (error) {
      if (systemCode(error) === 'ENOENT') throw new EngineError('FAILED_PRECONDITION', `Container ${this.id} is not running`, { cause: error });
      throw error;
    }
  }
}
