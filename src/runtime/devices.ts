import { lstatSync, readdirSync, statSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../base/index.ts';
import { splitDevice } from './resources.ts';
import type { SpecHostConfig } from './spec-input.ts';

/** A device node in the container (`linux.devices`). */
export interface DeviceNode {
  readonly path: string;
  readonly type: 'c' | 'b';
  readonly major: number;
  readonly minor: number;
  readonly fileMode: number;
  readonly uid: number;
  readonly gid: number;
}

/** A line of the device cgroup's list (`linux.resources.devices`). */
export interface DeviceRule {
  readonly allow: boolean;
  readonly type?: string;
  readonly major?: number;
  readonly minor?: number;
  readonly access: string;
}

/** What every container may use: null, zero, full, random, urandom, tty, console, ptmx and terminals. Docker's list, after denying all. */
const defaultRules: readonly DeviceRule[] = [
  { allow: false, access: 'rwm' },
  ...([[1, 5], [1, 3], [1, 9], [1, 8], [5, 0], [5, 1]] as const).map(([major, minor]) => ({ allow: true, type: 'c', major, minor, access: 'rwm' })), // prettier-ignore
  { allow: false, type: 'c', major: 10, minor: 229, access: 'rwm' },
];

/** Nodes and rules of a container's devices. INVALID_ARGUMENT with Docker's text for a device that the host does not have. */
export function containerDevices(host: SpecHostConfig): { nodes: DeviceNode[]; rules: DeviceRule[] } {
  if (host.Privileged === true) return { nodes: allDevices('/dev'), rules: [{ allow: true, access: 'rwm' }] };
  const asked = (host.Devices ?? []).flatMap(askedDevices);
  const rules = asked.map(({ node, access }) => ({ allow: true, type: node.type, major: node.major, minor: node.minor, access }));
  return { nodes: asked.map(({ node }) => node), rules: [...defaultRules, ...rules, ...(host.DeviceCgroupRules ?? []).map(parseRule)] };
}

function askedDevices(device: NonNullable<SpecHostConfig['Devices']>[number]): { node: DeviceNode; access: string }[] {
  const from = device.PathOnHost ?? '';
  const to = device.PathInContainer === undefined || device.PathInContainer === '' ? from : device.PathInContainer;
  const access = device.CgroupPermissions === undefined || device.CgroupPermissions === '' ? 'rwm' : device.CgroupPermissions;
  const stat = statSync(from, { throwIfNoEntry: false });
  if (stat === undefined)
    throw new EngineError('INVALID_ARGUMENT', `error gathering device information while adding custom device "${from}": no such file or directory`);
  const found = stat.isDirectory() ? allDevices(from, to) : deviceNode(to, stat);
  if (found === undefined || (Array.isArray(found) && found.length === 0))
    throw new EngineError('INVALID_ARGUMENT', `error gathering device information while adding custom device "${from}": not a device node`);
  return [found].flat().map((node) => ({ node, access }));
}

function deviceNode(path: string, stat: Stats): DeviceNode | undefined {
  if (!stat.isCharacterDevice() && !stat.isBlockDevice()) return undefined;
  return { path, type: stat.isBlockDevice() ? 'b' : 'c', ...splitDevice(stat.rdev), fileMode: stat.mode & 0o777, uid: stat.uid, gid: stat.gid };
}

/** Every device below a host directory, as it shall be named in the container; without what a container has of its own. */
function allDevices(dir: string, as: string = dir): DeviceNode[] {
  const own = new Set(['pts', 'shm', 'fd', 'mqueue', 'console', 'ptmx', '.lxc', '.lxd-mounts', '.udev']);
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return own.has(entry.name) ? [] : allDevices(path, join(as, entry.name));
    if (entry.name === 'console' || entry.name === 'ptmx') return [];
    return deviceNode(join(as, entry.name), lstatSync(path)) ?? [];
  });
}

/** Docker's `--device-cgroup-rule`: "c 1:3 mr", with `*` for any number. */
function parseRule(rule: string): DeviceRule {
  const match = /^([acb]) ([0-9]+|\*):([0-9]+|\*) ([rwm]{1,3})$/.exec(rule);
  if (match === null) throw new EngineError('INVALID_ARGUMENT', `invalid device cgroup rule format: '${rule}'`);
  const number = (text: string | undefined): number => (text === '*' ? -1 : Number(text));
  return { allow: true, type: match[1] ?? 'a', major: number(match[2]), minor: number(match[3]), access: match[4] ?? 'rwm' };
}
