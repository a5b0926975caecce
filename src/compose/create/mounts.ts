import type { Mount, MountPoint } from '../../api/index.ts';
import type { MountConfig, Project, Service } from '../../compose-file/index.ts';
import { compact } from './resources.ts';

/** Mounts in the two forms of the API: binds, and the richer mounts. */
export interface ServiceMounts {
  readonly binds: readonly string[];
  readonly mounts: readonly Mount[];
}

/** Mounts of a service. `inherited` are the mounts of the container that is replaced: its anonymous volumes go on. */
export function serviceMounts(service: Service, project: Project, extra: readonly MountConfig[], inherited: readonly MountPoint[] = []): ServiceMounts {
  const binds: string[] = [];
  const mounts: Mount[] = [];
  const own = [...(service.volumes ?? []), ...extra];
  for (const mount of own) {
    const source = sourceOf(mount, project, inherited);
    if (isPlain(mount) && source !== undefined) binds.push(bind(mount, source));
    else mounts.push(toMount(mount, source, project));
  }
  for (const old of inherited)
    if (isAnonymous(old, project) && !own.some(({ target }) => target === old.Destination))
      mounts.push({ Type: 'volume', Source: old.Name ?? '', Target: old.Destination });
  return { binds, mounts };
}

/** The part of a mount's source that the engine understands: a volume's real name, the anonymous volume of before. */
function sourceOf(mount: MountConfig, project: Project, inherited: readonly MountPoint[]): string | undefined {
  if (mount.type !== 'volume') return mount.source;
  if (mount.source !== undefined) return project.volumes[mount.source]?.name ?? mount.source;
  return inherited.find((old) => old.Destination === mount.target && isAnonymous(old, project))?.Name;
}

function isAnonymous(mount: MountPoint, project: Project): boolean {
  return mount.Type === 'volume' && /^[0-9a-f]{64}$/.test(mount.Name ?? '') && !Object.values(project.volumes).some(({ name }) => name === mount.Name);
}

/** What "source:target:mode" can say. */
function isPlain(mount: MountConfig): boolean {
  if (mount.type === 'bind') return mount.bind?.create_host_path !== false && mount.bind?.recursive === undefined;
  return mount.type === 'volume' && !mount.volume?.subpath && !mount.volume?.labels;
}

function bind(mount: MountConfig, source: string): string {
  const modes = [mount.read_only === true ? 'ro' : 'rw', mount.bind?.selinux, mount.bind?.propagation, mount.volume?.nocopy === true ? 'nocopy' : undefined];
  return `${source}:${mount.target}:${modes.filter((mode) => mode !== undefined).join(',')}`;
}

function toMount(mount: MountConfig, source: string | undefined, project: Project): Mount {
  const declared = mount.type === 'volume' && mount.source !== undefined ? project.volumes[mount.source] : undefined;
  return compact({
    Type: mount.type,
    Source: source,
    Target: mount.target,
    ReadOnly: mount.read_only,
    Consistency: mount.consistency,
    BindOptions: mount.bind
      ? compact({
          Propagation: mount.bind.propagation as 'rprivate' | undefined,
          CreateMountpoint: mount.bind.create_host_path === true ? true : undefined,
          ...recursion(mount.bind.recursive),
        })
      : undefined,
    VolumeOptions:
      mount.type === 'volume' && (mount.volume || declared)
        ? compact({ NoCopy: mount.volume?.nocopy, Labels: mount.volume?.labels, Subpath: mount.volume?.subpath })
        : undefined,
    TmpfsOptions: mount.tmpfs
      ? compact({ SizeBytes: mount.tmpfs.size === undefined ? undefined : Number(mount.tmpfs.size), Mode: mount.tmpfs.mode })
      : undefined,
    ImageOptions: mount.image?.subpath === undefined ? undefined : { Subpath: mount.image.subpath },
  }) as unknown as Mount;
}

function recursion(mode: string | undefined): { NonRecursive?: true; ReadOnlyNonRecursive?: true; ReadOnlyForceRecursive?: true } {
  if (mode === 'disabled') return { NonRecursive: true };
  if (mode === 'writable') return { ReadOnlyNonRecursive: true };
  return mode === 'readonly' ? { ReadOnlyForceRecursive: true } : {};
}
