import type { ContainerConfig, ContainerExit, EndpointSettings, Health, HostConfig, MountPoint, PortMap } from '../api/index.ts';

/** A mount that create decided: what inspect shows, and what start needs to make it. */
export interface MountRecord {
  /** As inspect and list answer it. */
  readonly point: MountPoint;
  /** Where the mount comes from: path of a bind, name of a volume, id of an image, options of a tmpfs. */
  readonly origin:
    | {
        readonly kind: 'bind';
        readonly path: string;
        readonly nonRecursive: boolean;
        readonly readOnlyNonRecursive: boolean;
        readonly readOnlyForceRecursive: boolean;
      }
    | { readonly kind: 'volume'; readonly name: string; readonly anonymous: boolean; readonly copyUp: boolean; readonly subpath: string }
    | { readonly kind: 'image'; readonly imageId: string; readonly subpath: string }
    | { readonly kind: 'tmpfs'; readonly options: readonly string[] };
}

/** The seven flags and numbers of a container's state, as they are stored. */
export interface StateRecord {
  readonly status: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
  readonly pid: number;
  readonly exitCode: number;
  readonly error: string;
  readonly oomKilled: boolean;
  /** RFC 3339, or "0001-01-01T00:00:00Z". */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly health?: Health;
}

/** What the network room gave a running container. */
export interface NetworkRecord {
  readonly sandboxId: string;
  readonly sandboxKey: string;
  readonly ports: PortMap;
  readonly networks: Readonly<Record<string, EndpointSettings>>;
}

/** Everything the engine knows of a container: written before the kernel is changed, read again after a restart. */
export interface ContainerRecord {
  readonly id: string;
  /** Without the leading slash. */
  readonly name: string;
  readonly created: string;
  readonly imageId: string;
  readonly path: string;
  readonly args: readonly string[];
  readonly config: ContainerConfig;
  readonly hostConfig: HostConfig;
  /** What the client asked for, by network name as it was given. */
  readonly endpoints: Readonly<Record<string, Partial<EndpointSettings>>>;
  readonly mounts: readonly MountRecord[];
  readonly state: StateRecord;
  readonly exits: readonly ContainerExit[];
  readonly restartCount: number;
  /** The user stopped it: 'unless-stopped' then waits for the user. */
  readonly stoppedByUser: boolean;
  /** Present from the moment before the kernel is touched until everything of the run is taken down again. */
  readonly run?: { readonly network?: NetworkRecord };
}

/** Docker's "never". */
export const NEVER = '0001-01-01T00:00:00Z';
