import type { ResourceLimits } from './types.ts';

/** A mount that the engine has resolved: sources are host paths that exist. Docker's own (/proc, /dev, /sys …) are added by `runtimeSpec`. */
export type SpecMount =
  | {
      readonly kind: 'bind';
      readonly source: string;
      readonly target: string;
      readonly readonly?: boolean;
      readonly propagation?: string;
      readonly nonRecursive?: boolean;
      readonly recursiveReadonly?: boolean;
    }
  | { readonly kind: 'tmpfs'; readonly target: string; readonly options?: readonly string[] };

/** The fields of Docker's HostConfig that shape the process's world; an API HostConfig fits as it is. */
export interface SpecHostConfig extends ResourceLimits {
  readonly CapAdd?: readonly string[] | null | undefined;
  readonly CapDrop?: readonly string[] | null | undefined;
  readonly CgroupnsMode?: string | undefined;
  readonly CgroupParent?: string | undefined;
  readonly DeviceCgroupRules?: readonly string[] | null | undefined;
  readonly Devices?: readonly { readonly PathOnHost?: string; readonly PathInContainer?: string; readonly CgroupPermissions?: string }[] | null | undefined;
  readonly Init?: boolean | null | undefined;
  readonly IpcMode?: string | undefined;
  readonly MaskedPaths?: readonly string[] | null | undefined;
  readonly NetworkMode?: string | undefined;
  readonly OomScoreAdj?: number | null | undefined;
  readonly PidMode?: string | undefined;
  readonly Privileged?: boolean | undefined;
  readonly ReadonlyPaths?: readonly string[] | null | undefined;
  readonly ReadonlyRootfs?: boolean | undefined;
  readonly SecurityOpt?: readonly string[] | null | undefined;
  readonly ShmSize?: number | undefined;
  readonly Sysctls?: Readonly<Record<string, string>> | null | undefined;
  readonly UTSMode?: string | undefined;
  readonly Ulimits?: readonly { readonly Name?: string; readonly Soft?: number; readonly Hard?: number }[] | null | undefined;
}

/** Everything `runtimeSpec` needs; it reads nothing else, except device nodes of the host that `Devices` names. */
export interface SpecInput {
  readonly id: string;
  /** The mounted root file system. */
  readonly rootfs: string;
  /** Entrypoint and command, joined. */
  readonly args: readonly string[];
  /** `NAME=value`, complete (PATH, HOSTNAME, TERM, HOME are added when missing). */
  readonly env: readonly string[];
  readonly workingDir: string;
  /** Resolved with `resolveUser`. */
  readonly user: { readonly uid: number; readonly gid: number; readonly additionalGids: readonly number[]; readonly home?: string | undefined };
  readonly hostname: string;
  readonly domainname?: string | undefined;
  readonly terminal: boolean;
  readonly hostConfig: SpecHostConfig;
  readonly mounts: readonly SpecMount[];
  /** Path of the network namespace to join; undefined is the host's. */
  readonly netns?: string | undefined;
  /** Process ids of the containers named by `container:ID` modes. */
  readonly joinPid?: { readonly pid?: number; readonly ipc?: number };
  /** Host directory for /dev/shm when another container's is shared (`IpcMode: container:ID` or `shareable`). */
  readonly shmPath?: string | undefined;
}
