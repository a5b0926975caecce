import type { Filters } from '../api/index.ts';

/** Schema Volume of the Engine API. */
export interface VolumeResource {
  Name: string;
  Driver: string;
  Mountpoint: string;
  CreatedAt: string;
  Labels: Record<string, string> | null;
  Scope: 'local';
  Options: Record<string, string> | null;
  /** Only in `GET /system/df`. RefCount comes from the engine, Size is -1 when unknown. */
  UsageData?: { Size: number; RefCount: number };
}

/** Body of `POST /volumes/create`. An empty or missing name makes an anonymous volume. */
export interface VolumeCreateRequest {
  Name?: string;
  Driver?: string;
  DriverOpts?: Record<string, string> | null;
  Labels?: Record<string, string> | null;
}

/** A volume that is mounted for a container: `path` is what the container binds. */
export interface MountedVolume {
  name: string;
  path: string;
}

/** What the engine knows and the store does not: how many containers name a volume. */
export type VolumeReferences = (name: string) => number;

/** Named volumes of one engine below DATA_ROOT/volumes/NAME/_data. */
export interface VolumeStore {
  /** Idempotent for the same driver and options. Throws CONFLICT "conflict: a volume with the name … already exists" otherwise. */
  create(request: VolumeCreateRequest): Promise<VolumeResource>;
  /** Filters of the API: name, driver, label, dangling; the last one asks `references`. */
  list(filters?: Filters, references?: VolumeReferences): VolumeResource[];
  /** Throws NOT_FOUND "get X: no such volume". */
  resolve(name: string): VolumeResource;
  has(name: string): boolean;
  /** Throws CONFLICT "remove X: volume is in use - […]" while `users` names containers, unless there are none. */
  remove(name: string, options?: { force?: boolean; users?: readonly string[] }): Promise<void>;
  /** Anonymous ones only, unless the filter "all" is true. */
  prune(filters: Filters, references: VolumeReferences): Promise<{ VolumesDeleted: string[]; SpaceReclaimed: number }>;
  /** What prune would delete, with sizes. */
  prunable(filters: Filters, references: VolumeReferences): Promise<VolumeResource[]>;
  /** Where the data is; no mount is made. */
  mountpoint(name: string): string;
  /** Makes the volume ready for a container (mounts tmpfs, nfs, bind where options ask for it). Paired with `unmount`. */
  mount(name: string, user: string): Promise<MountedVolume>;
  unmount(name: string, user: string): Promise<void>;
  /** Copies what the image has at `target` inside `rootfs` into an empty volume, with owners, modes, times, links and xattrs; never follows a link out of `rootfs`. Nothing happens when the volume holds anything. */
  copyUp(name: string, source: { rootfs: string; target: string }): Promise<void>;
  /** Path of `subpath` inside the volume, resolved without leaving it. Throws NOT_FOUND when it is not there. */
  subpath(name: string, subpath: string): string;
  /** Bytes on disk of one volume. */
  usage(name: string): Promise<number>;
  /** After a restart: mounts that running containers still use are kept, others are released. */
  restore(users: ReadonlyMap<string, readonly string[]>): Promise<void>;
}
