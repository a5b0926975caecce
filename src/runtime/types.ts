import type { Duplex } from 'node:stream';

/** Where a container's output goes. `none` keeps nothing: `logs` answers with Docker's error then. */
export interface LogOptions {
  readonly driver: 'json-file' | 'local' | 'none';
  /** Absolute path of the current file; rotated ones are `PATH.1` (newest) to `PATH.N`. */
  readonly path: string;
  /** Bytes after which the file is rotated; 20 MB when absent, 0 means unbounded. */
  readonly maxSizeBytes?: number | undefined;
  /** Files kept, the current one included; 5 when absent. */
  readonly maxFiles?: number | undefined;
  /** Attributes written into every line (Docker's `labels`, `env` and `tag` log options). */
  readonly attributes?: Readonly<Record<string, string>> | undefined;
}

export interface TerminalSize {
  readonly rows: number;
  readonly columns: number;
}

/** An OCI runtime specification document (config.json) as plain data; `runtimeSpec()` makes one. */
export interface RuntimeSpec {
  ociVersion: string;
  process: ProcessSpec;
  root: { path: string; readonly?: boolean };
  hostname?: string;
  domainname?: string;
  mounts: MountSpec[];
  hooks?: Record<string, unknown>;
  annotations?: Record<string, string>;
  linux: Record<string, unknown> & { cgroupsPath?: string };
}

export interface ProcessSpec {
  terminal?: boolean;
  user: { uid: number; gid: number; additionalGids?: number[]; umask?: number };
  args: string[];
  env: string[];
  cwd: string;
  capabilities?: Record<string, string[]>;
  rlimits?: { type: string; hard: number; soft: number }[];
  noNewPrivileges?: boolean;
  apparmorProfile?: string;
  oomScoreAdj?: number;
  consoleSize?: { height: number; width: number };
}

export interface MountSpec {
  destination: string;
  type?: string;
  source?: string;
  options?: string[];
}

export interface StartOptions {
  /** Container id, 64 hex digits. */
  readonly id: string;
  readonly spec: RuntimeSpec;
  readonly terminal: boolean;
  readonly openStdin: boolean;
  /** Close the process's stdin when the first attached client ends its input (`docker run -i`). */
  readonly stdinOnce: boolean;
  readonly log: LogOptions;
  readonly terminalSize?: TerminalSize | undefined;
  /** OCI runtime by Docker's name (`HostConfig.Runtime`): `crun` or `runc`; the one the self-test chose when absent. */
  readonly runtime?: string | undefined;
}

/** How a process ended. `exitCode` is 128 + signal for a killed process, as Docker reports it. */
export interface TaskExit {
  readonly exitCode: number;
  /** RFC 3339 with nanoseconds, UTC. */
  readonly exitedAt: string;
  readonly oomKilled: boolean;
  /** Set when the process never ran or its end could not be observed. */
  readonly error?: string | undefined;
}

export interface AttachOptions {
  readonly stdin?: boolean | undefined;
  readonly stdout?: boolean | undefined;
  readonly stderr?: boolean | undefined;
}

/**
 * What a client sends (stdin, raw bytes; ending it ends the input) and what it reads: Docker's 8-byte frames, or raw bytes with a
 * terminal. A slow reader loses nothing and delays nobody: it reads on from a backlog on disk. Ends when the process's output ends.
 */
export type AttachStream = Duplex;

/** One running container. Everything here outlives the engine process: see `Runtime.adopt`. */
export interface Task {
  readonly id: string;
  /** Process id on the host. */
  readonly pid: number;
  /** RFC 3339 with nanoseconds, taken before the process could write anything. */
  readonly startedAt: string;
  readonly exited: Promise<TaskExit>;
  /** Signal by number or Docker's name (`SIGTERM`, `TERM`, `15`). FAILED_PRECONDITION when the process is gone. */
  kill(signal: string | number): void;
  resize(size: TerminalSize): void;
  pause(): Promise<void>;
  resume(): Promise<void>;
  attach(options: AttachOptions): Promise<AttachStream>;
  exec(options: ExecOptions): Promise<ExecTask>;
  /** Docker's stats document of this moment (cpu_stats, memory_stats, blkio_stats, pids_stats; no networks: see `pid`). */
  stats(): TaskStats;
  /** Processes of the container as `ps` prints them; `psArgs` as Docker's `ps_args`, `-ef` when absent. */
  top(psArgs?: string): Promise<TopResult>;
  /** Host process ids of the container. */
  pids(): number[];
  /** Changes limits of the running container; the values are HostConfig's. */
  update(resources: ResourceLimits): void;
  /** Calls back at every OOM kill, also while the container goes on running; returns the unsubscribe function. */
  onOom(listener: () => void): () => void;
}

export interface ExecOptions {
  /** Exec id, 64 hex digits. */
  readonly id: string;
  readonly process: ProcessSpec;
  readonly terminal: boolean;
  readonly terminalSize?: TerminalSize | undefined;
  /** Streams of the first client, connected before the process runs; all false for a detached exec. */
  readonly attach: AttachOptions;
}

export interface ExecTask {
  readonly id: string;
  readonly pid: number;
  /** The stream asked for with `ExecOptions.attach`; undefined for a detached exec. */
  readonly stream: AttachStream | undefined;
  /** Never rejects. */
  readonly exited: Promise<TaskExit>;
  kill(signal: string | number): void;
  resize(size: TerminalSize): void;
}

export interface TopResult {
  readonly Titles: string[];
  readonly Processes: string[][];
}

/** The parts of Docker's stats document that cgroups tell; field names are Docker's. */
export interface TaskStats {
  readonly read: string;
  readonly num_procs: number;
  readonly pids_stats: { readonly current?: number; readonly limit?: number };
  readonly cpu_stats: CpuStats;
  readonly memory_stats: {
    readonly usage?: number;
    readonly max_usage?: number;
    readonly failcnt?: number;
    readonly limit?: number;
    readonly stats?: Record<string, number>;
  };
  readonly blkio_stats: Record<string, readonly BlkioEntry[] | null>;
}

export interface CpuStats {
  readonly cpu_usage: {
    readonly total_usage: number;
    readonly percpu_usage?: number[];
    readonly usage_in_kernelmode: number;
    readonly usage_in_usermode: number;
  };
  readonly system_cpu_usage: number;
  readonly online_cpus: number;
  readonly throttling_data: { readonly periods: number; readonly throttled_periods: number; readonly throttled_time: number };
}

export interface BlkioEntry {
  readonly major: number;
  readonly minor: number;
  readonly op: string;
  readonly value: number;
}

/** HostConfig's resource fields; null and 0 mean "not set" as in Docker. */
export interface ResourceLimits {
  readonly Memory?: number | null | undefined;
  readonly MemorySwap?: number | null | undefined;
  readonly MemoryReservation?: number | null | undefined;
  readonly MemorySwappiness?: number | null | undefined;
  readonly KernelMemoryTCP?: number | null | undefined;
  readonly NanoCpus?: number | null | undefined;
  readonly CpuShares?: number | null | undefined;
  readonly CpuPeriod?: number | null | undefined;
  readonly CpuQuota?: number | null | undefined;
  readonly CpuRealtimePeriod?: number | null | undefined;
  readonly CpuRealtimeRuntime?: number | null | undefined;
  readonly CpusetCpus?: string | null | undefined;
  readonly CpusetMems?: string | null | undefined;
  readonly PidsLimit?: number | null | undefined;
  readonly BlkioWeight?: number | null | undefined;
  readonly BlkioWeightDevice?: readonly { readonly Path: string; readonly Weight: number }[] | null | undefined;
  readonly BlkioDeviceReadBps?: readonly ThrottleDevice[] | null | undefined;
  readonly BlkioDeviceWriteBps?: readonly ThrottleDevice[] | null | undefined;
  readonly BlkioDeviceReadIOps?: readonly ThrottleDevice[] | null | undefined;
  readonly BlkioDeviceWriteIOps?: readonly ThrottleDevice[] | null | undefined;
  readonly OomKillDisable?: boolean | null | undefined;
}

export interface ThrottleDevice {
  readonly Path: string;
  readonly Rate: number;
}

export interface RuntimeOptions {
  /** Short-lived state of this engine (sockets, pids, bundles); survives the engine, not a reboot. Example: `/run/slipway`. */
  readonly execRoot: string;
  /** Durable caches and backlogs of this engine. Example: `/var/lib/slipway`. */
  readonly dataRoot: string;
  /** Where the compiled native parts are; `native/build` finds or makes them when absent. */
  readonly nativeDir?: string | undefined;
}

/** One finished helper process, see `Runtime.run`. */
export interface RunResult {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** Starts containers and finds them again. One per engine; close it with `await using`: containers keep running. */
export interface Runtime extends AsyncDisposable {
  /** Name and version of the default OCI runtime, for `info` and `version`. */
  readonly name: string;
  readonly version: string;
  readonly commit: string;
  /** Names for `HostConfig.Runtime`, with the absolute path of each. */
  readonly runtimes: Readonly<Record<string, { readonly path: string }>>;
  /**
   * Starts the process of a container. Rejects with an EngineError whose text is Docker's and whose `details.exitCode` is 126 (cannot
   * be executed), 127 (not found) or 128 when it cannot.
   */
  start(options: StartOptions): Promise<Task>;
  /**
   * A stream for a container that `start` has not been called for yet (`create`, `attach`, `start`): connected by the next `start` of
   * this id before its process runs, so that nothing is lost. Destroy it to give up.
   */
  attachLater(id: string, options: AttachOptions): AttachStream;
  /**
   * Gives a client's own connection to the shim, in the place of a stream of `attachLater` whose container has not started yet: bytes then
   * go between client and process without us, and go on when we die. True: the connection is no longer the caller's, who leaves it and the
   * stream alone. False: the caller pumps bytes itself. Not for terminals with detach keys, which somebody has to look for.
   */
  handOver(stream: AttachStream, client: Duplex): boolean;
  /** Finds a container that an earlier engine started: running, or ended meanwhile (`exited` is settled then). Undefined when nothing is known. */
  adopt(id: string): Promise<Task | undefined>;
  /** Ids of all containers that have run state under the exec root. */
  known(): Promise<string[]>;
  /** Removes what is left of an ended container (bundle, sockets, exit file). Idempotent. */
  forget(id: string): Promise<void>;
  /** Runs a host program to its end through the zygote: does not block, whatever the size of the engine. */
  run(argv: readonly string[], options?: { input?: Uint8Array; signal?: AbortSignal }): Promise<RunResult>;
}
