import { closeSync, constants, mkdirSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import type { Filters } from '../api/index.ts';
import { checkFilters, matchesFilter, matchesLabels } from '../api/index.ts';
import { EngineError, parseMoment, randomId, Semaphore, systemCode } from '../base/index.ts';
import { fdPath, openBeneath, openInRoot, openPath, removeTree } from '../linux/index.ts';
import type { State } from '../state/index.ts';
import { copyTree } from './copy-tree.ts';
import { diskUsage } from './disk-usage.ts';
import { checkLocalOptions } from './local-options.ts';
import type { VolumeRecord } from './volume-record.ts';
import { VolumeMounts } from './volume-mounts.ts';
import type { VolumeCreateRequest, VolumeReferences, VolumeResource, VolumeStore } from './types.ts';

const anonymousLabel = 'com.docker.volume.anonymous';
const openDirectory = constants.O_RDONLY | constants.O_DIRECTORY;

/**
 * Opens the volumes of one engine:
 *
 *     ROOT/NAME/_data   what containers see; a plain directory, or the mount point of the volume's own file system
 */
export function openVolumes({ root, state }: { root: string; state: State }): VolumeStore {
  mkdirSync(root, { recursive: true, mode: 0o701 });
  const records = state.records<VolumeRecord>('volume');
  const mounts = new VolumeMounts();
  const filling = new Map<string, Semaphore>();
  const dataOf = (name: string): string => join(root, name, '_data');
  const recordOf = (name: string): VolumeRecord => {
    const record = records.get(name);
    if (!record) throw new EngineError('NOT_FOUND', `get ${name}: no such volume`);
    return record;
  };
  const view = (record: VolumeRecord): VolumeResource => ({
    CreatedAt: record.created,
    Driver: record.driver,
    Labels: record.labels,
    Mountpoint: dataOf(record.name),
    Name: record.name,
    Options: record.options,
    Scope: 'local',
  });
  const remove = async (record: VolumeRecord): Promise<void> => {
    mounts.release(dataOf(record.name));
    records.delete(record.name);
    filling.delete(record.name);
    await removeTree(join(root, record.name));
  };
  /** A directory whose volume was removed when the engine was killed. What is mounted there is somebody's: it goes first. */
  const removeStray = async (name: string): Promise<void> => {
    mounts.release(dataOf(name));
    await removeTree(join(root, name));
  };
  /** An engine was killed while it filled this one: it is as empty as before, unless a container that runs has taken it as it is. */
  const finishFilling = async (record: VolumeRecord, users: readonly string[]): Promise<void> => {
    if (users.length === 0) await emptyDirectory(dataOf(record.name));
    records.put(record.name, filled(record));
  };
  const prunable = async (filters: Filters, references: VolumeReferences): Promise<VolumeResource[]> => {
    const unused = records.all().filter((record) => references(record.name) === 0 && mounts.users(record.name) === 0 && isPrunable(record, filters));
    const withUsage = async (record: VolumeRecord): Promise<VolumeResource> => {
      const UsageData = { Size: await diskUsage(dataOf(record.name)), RefCount: 0 };
      return { ...view(record), UsageData };
    };
    return await Promise.all(unused.map(withUsage));
  };

  return {
    async create(request) {
      const record = planVolume(request, records.get(request.Name ?? ''), new Date());
      if (!records.get(record.name)) {
        // The record first: a directory without a record would be nobody's.
        records.put(record.name, record);
        mkdirSync(dataOf(record.name), { recursive: true, mode: 0o755 });
      }
      return view(record);
    },
    list: (filters = {}, references = () => 0) => {
      checkFilters(filters, ['dangling', 'driver', 'label', 'name']);
      return records
        .all()
        .filter((record) => passes(record, filters, references))
        .map(view);
    },
    resolve: (name) => view(recordOf(name)),
    has: (name) => records.get(name) !== undefined,
    async remove(name, { force = false, users = [] } = {}) {
      const record = force ? records.get(name) : recordOf(name);
      if (!record) return;
      if (users.length > 0) throw new EngineError('CONFLICT', `remove ${name}: volume is in use - [${users.join(', ')}]`);
      await remove(record);
    },
    async prune(filters, references) {
      const unused = await prunable(filters, references);
      for (const { Name } of unused) await remove(recordOf(Name));
      return { VolumesDeleted: unused.map(({ Name }) => Name), SpaceReclaimed: unused.reduce((sum, { UsageData }) => sum + (UsageData?.Size ?? 0), 0) };
    },
    prunable,
    mountpoint: (name) => dataOf(recordOf(name).name),
    async mount(name, user) {
      const record = recordOf(name);
      mkdirSync(dataOf(name), { recursive: true, mode: 0o755 });
      await mounts.mount(record, dataOf(name), user);
      return { name, path: dataOf(name) };
    },
    async unmount(name, user) {
      mounts.unmount(name, dataOf(name), user);
    },
    async copyUp(name, source) {
      // One after the other: who comes while another fills the volume would take it for one that an engine left half full.
      const turns = filling.get(name) ?? new Semaphore(1);
      filling.set(name, turns);
      using _ = await turns.acquire();
      const record = recordOf(name);
      if (record.filling) await emptyDirectory(dataOf(name));
      const target = openSync(dataOf(name), openDirectory);
      try {
        if (readdirSync(fdPath(target)).length > 0) return;
        records.put(name, { ...record, filling: true });
        await copyInto(target, source);
        records.put(name, filled(record));
      } catch (error) {
        // Empty again: the mark must not outlive the try, for what somebody writes here next is not ours to clear away.
        await emptyDirectory(dataOf(name));
        records.put(name, filled(record));
        throw error;
      } finally {
        closeSync(target);
      }
    },
    subpath: (name, subpath) => resolveSubpath(dataOf(recordOf(name).name), subpath),
    usage: (name) => diskUsage(dataOf(recordOf(name).name)),
    async restore(users) {
      for (const record of records.all()) {
        mkdirSync(dataOf(record.name), { recursive: true, mode: 0o755 });
        mounts.adopt(record, dataOf(record.name), users.get(record.name) ?? []);
        if (record.filling && !record.options) await finishFilling(record, users.get(record.name) ?? []);
      }
      const known = new Set(records.all().map(({ name }) => name));
      for (const name of readdirSync(root)) if (!known.has(name)) await removeStray(name);
    },
  };
}

function filled(record: VolumeRecord): VolumeRecord {
  const { filling: _, ...rest } = record;
  return rest;
}

/** Decides on a new volume, or returns the one of that name. Throws with Docker's words. */
function planVolume(request: VolumeCreateRequest, existing: VolumeRecord | undefined, now: Date): VolumeRecord {
  const anonymous = !request.Name;
  const name = request.Name || randomId();
  const driver = request.Driver || 'local';
  if (driver !== 'local')
    throw new EngineError('NOT_FOUND', `create ${name}: error looking up volume plugin ${driver}: plugin ${JSON.stringify(driver)} not found`);
  if (existing) return existing;
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name)) {
    const allowed = 'only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path';
    throw new EngineError('INVALID_ARGUMENT', `create ${name}: ${JSON.stringify(name)} includes invalid characters for a local volume name, ${allowed}`);
  }
  if (name.length < 2)
    throw new EngineError('INVALID_ARGUMENT', `create ${name}: volume name is too short, names should be at least two alphanumeric characters`);
  if (name.length > 255) throw new EngineError('INVALID_ARGUMENT', `create ${name}: volume name is too long, names should be at most 255 characters`);
  const options = request.DriverOpts && Object.keys(request.DriverOpts).length > 0 ? request.DriverOpts : null;
  if (options) checkLocalOptions(name, options);
  const labels = anonymous ? { ...request.Labels, [anonymousLabel]: '' } : (request.Labels ?? null);
  return { name, driver, created: now.toISOString().replace(/\.\d+Z$/, 'Z'), labels, options, anonymous };
}

function passes(record: VolumeRecord, filters: Filters, references: VolumeReferences): boolean {
  return (
    matchesFilter(filters, 'name', (value) => record.name.includes(value)) &&
    matchesFilter(filters, 'driver', (value) => record.driver === value) &&
    matchesFilter(filters, 'dangling', (value) => ['1', 'true'].includes(value) === (references(record.name) === 0)) &&
    matchesLabels(filters, record.labels)
  );
}

/** Anonymous volumes, and with the filter "all" every one that passes the others. Where options say that the data is elsewhere, it is not ours to delete. */
function isPrunable(record: VolumeRecord, filters: Filters): boolean {
  checkFilters(filters, ['all', 'label', 'label!', 'until']);
  const all = ['1', 'true'].includes(filters['all']?.[0] ?? '');
  const until = filters['until']?.[0];
  const old = until === undefined || Date.parse(record.created) < parseMoment(until, Date.now());
  return !record.options && (all || record.anonymous || record.labels?.[anonymousLabel] !== undefined) && old && matchesLabels(filters, record.labels);
}

async function copyInto(target: number, { rootfs, target: path }: { rootfs: string; target: string }): Promise<void> {
  const root = openSync(rootfs, openDirectory);
  try {
    const source = openInRoot(root, path, openDirectory);
    try {
      await copyTree(source, target);
    } finally {
      closeSync(source);
    }
  } catch (error) {
    // The image has nothing there, or a file: then the volume stays empty.
    if (systemCode(error) !== 'ENOENT' && systemCode(error) !== 'ENOTDIR') throw error;
  } finally {
    closeSync(root);
  }
}

/** Throws NOT_FOUND where nothing is, INVALID_ARGUMENT for a way out of the volume. */
function resolveSubpath(data: string, subpath: string): string {
  if (subpath.startsWith('/') || subpath.split('/').includes('..'))
    throw new EngineError('INVALID_ARGUMENT', 'subpath must be a relative path within the volume');
  const root = openSync(data, openDirectory);
  try {
    closeSync(openBeneath(root, subpath || '.', openPath));
    return join(data, subpath);
  } catch (cause) {
    if (systemCode(cause) === 'EXDEV' || systemCode(cause) === 'ELOOP')
      throw new EngineError('INVALID_ARGUMENT', 'subpath must be a relative path within the volume', { cause });
    const path = join(data, subpath);
    throw new EngineError('NOT_FOUND', `cannot access path ${path}: lstat ${path}: no such file or directory`, { cause });
  } finally {
    closeSync(root);
  }
}

async function emptyDirectory(path: string): Promise<void> {
  for (const name of readdirSync(path)) await removeTree(join(path, name));
}
