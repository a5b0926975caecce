import type { ContainerConfig, HostConfig, Mount, MountPoint } from '../api/index.ts';
import { checkMount } from './check-mount.ts';
import type { EngineContext } from './context.ts';
import { invalid } from './invalid.ts';
import { cleanPath, parseBind, parseVolumesFrom } from './parse-bind.ts';
import type { MountRecord } from './record.ts';

type Rooms = Pick<EngineContext, 'volumes' | 'images' | 'containers'>;

/**
 * Decides the mounts of a new container, later ones over earlier ones of the same target: volumes-from, binds, mounts, the image's volumes.
 * Named and anonymous volumes are created here; `undo` gets the removal of the anonymous ones.
 */
export async function planMounts(rooms: Rooms, config: ContainerConfig, hostConfig: HostConfig, undo: AsyncDisposableStack): Promise<MountRecord[]> {
  const planned = new Map<string, MountRecord>();
  const asked = new Set(Object.keys(hostConfig.Tmpfs ?? {}).map(cleanPath));
  const claim = (target: string): string => {
    if (asked.has(target)) throw invalid(`Duplicate mount point: ${target}`);
    asked.add(target);
    return target;
  };
  for (const entry of hostConfig.VolumesFrom ?? []) for (const record of inherited(rooms, entry)) planned.set(record.point.Destination, record);
  for (const entry of hostConfig.Binds ?? []) {
    const spec = parseBind(entry);
    planned.set(claim(spec.target), await fromBind(rooms, spec, hostConfig.VolumeDriver, undo));
  }
  for (const mount of hostConfig.Mounts ?? []) {
    checkMount(mount);
    planned.set(claim(cleanPath(mount.Target)), await fromMount(rooms, mount, undo));
  }
  for (const target of Object.keys(config.Volumes ?? {}).map(cleanPath)) {
    if (planned.has(target) || asked.has(target)) continue;
    if (!target.startsWith('/')) throw invalid(`invalid mount config for type "volume": invalid mount path: '${target}' mount path must be absolute`);
    planned.set(target, await volumeMount(rooms, { name: '', target, mode: '', readOnly: false, noCopy: false, subpath: '' }, undo));
  }
  return [...planned.values()];
}

function inherited(rooms: Rooms, entry: string): MountRecord[] {
  const { container, mode } = parseVolumesFrom(entry);
  const donor = rooms.containers.find(container);
  if (!donor) throw invalid(`No such container: ${container}`);
  const writable = !mode.split(',').includes('ro');
  return donor.record.mounts
    .filter(({ origin }) => origin.kind !== 'tmpfs')
    .map(({ point, origin }) => ({
      point: { ...point, Mode: '', RW: point.RW && writable },
      origin: origin.kind === 'volume' ? { ...origin, anonymous: false, copyUp: false } : origin,
    }));
}

async function fromBind(rooms: Rooms, spec: ReturnType<typeof parseBind>, driver: string, undo: AsyncDisposableStack): Promise<MountRecord> {
  const { source, target, mode, readOnly, noCopy } = spec;
  if (spec.kind === 'bind') return bindMount({ source, target, mode, readOnly, propagation: spec.propagation });
  return await volumeMount(rooms, { name: source, target, mode: mode || 'z', readOnly, noCopy, subpath: '', driver }, undo);
}

async function fromMount(rooms: Rooms, mount: Mount, undo: AsyncDisposableStack): Promise<MountRecord> {
  const target = cleanPath(mount.Target);
  const readOnly = mount.ReadOnly ?? false;
  const base: MountPoint = { Type: mount.Type, Source: '', Destination: target, Mode: '', RW: !readOnly, Propagation: '' };
  if (mount.Type === 'tmpfs') return { point: base, origin: { kind: 'tmpfs', options: tmpfsOptions(mount) } };
  if (mount.Type === 'image') {
    const image = rooms.images.resolve(mount.Source ?? '');
    return {
      point: { ...base, Source: mount.Source ?? '', RW: false },
      origin: { kind: 'image', imageId: image.id, subpath: mount.ImageOptions?.Subpath ?? '' },
    };
  }
  if (mount.Type === 'bind') {
    const options = mount.BindOptions ?? {};
    return bindMount({ source: cleanPath(mount.Source ?? ''), target, mode: '', readOnly, propagation: options.Propagation ?? 'rprivate', options });
  }
  const { NoCopy: noCopy = false, Subpath: subpath = '', DriverConfig: driver, Labels: labels } = mount.VolumeOptions ?? {};
  const wanted = { name: mount.Source ?? '', target, mode: 'z', readOnly, noCopy, subpath, driver: driver?.Name ?? '', driverOptions: driver?.Options, labels };
  return await volumeMount(rooms, wanted, undo);
}

interface BindWanted {
  readonly source: string;
  readonly target: string;
  readonly mode: string;
  readonly readOnly: boolean;
  readonly propagation: string;
  readonly options?: NonNullable<Mount['BindOptions']>;
}

function bindMount({ source, target, mode, readOnly, propagation, options = {} }: BindWanted): MountRecord {
  return {
    point: { Type: 'bind', Source: source, Destination: target, Mode: mode, RW: !readOnly, Propagation: propagation },
    origin: {
      kind: 'bind',
      path: source,
      nonRecursive: options.NonRecursive ?? false,
      readOnlyNonRecursive: options.ReadOnlyNonRecursive ?? false,
      readOnlyForceRecursive: options.ReadOnlyForceRecursive ?? false,
    },
  };
}

interface VolumeWanted {
  /** '' makes a new anonymous volume. */
  readonly name: string;
  readonly target: string;
  readonly mode: string;
  readonly readOnly: boolean;
  readonly noCopy: boolean;
  readonly subpath: string;
  readonly driver?: string;
  readonly driverOptions?: Readonly<Record<string, string>> | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

async function volumeMount({ volumes }: Rooms, wanted: VolumeWanted, undo: AsyncDisposableStack): Promise<MountRecord> {
  const { name, target, mode, readOnly } = wanted;
  const known = name !== '' && volumes.has(name) && !wanted.driverOptions;
  const volume = known
    ? volumes.resolve(name)
    : await volumes.create({
        Name: name,
        Driver: wanted.driver || 'local',
        DriverOpts: { ...wanted.driverOptions },
        Labels: wanted.labels ? { ...wanted.labels } : null,
      });
  if (name === '') undo.defer(() => volumes.remove(volume.Name, { force: true }));
  return {
    point: {
      Type: 'volume',
      Name: volume.Name,
      Source: volume.Mountpoint,
      Destination: target,
      Driver: volume.Driver,
      Mode: mode,
      RW: !readOnly,
      Propagation: '',
    },
    origin: { kind: 'volume', name: volume.Name, anonymous: name === '', copyUp: !wanted.noCopy, subpath: wanted.subpath },
  };
}

function tmpfsOptions(mount: Mount): string[] {
  const { SizeBytes: size = 0, Mode: mode = 0, Options: extra = [] } = mount.TmpfsOptions ?? {};
  const options = ['nosuid', 'nodev', 'noexec'].filter((option) => !extra.some(([name]) => name === option.replace('no', '')));
  if (mount.ReadOnly) options.push('ro');
  if (size > 0) options.push(`size=${size}`);
  options.push(`mode=${(mode || 0o1777).toString(8)}`);
  return [...options, ...extra.map((pair) => pair.join('='))];
}
