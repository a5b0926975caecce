import { statSync } from 'node:fs';
import { cgroupHost } from '../linux/index.ts';
import { initPath, initProgram } from './init.ts';
import type { SpecInput, SpecMount } from './spec-input.ts';
import type { MountSpec } from './types.ts';

const defaultShmBytes = 64 << 20;

/** All mounts of a container: the kernel's file systems as Docker sets them up, then the given ones, parents before children. */
export function specMounts(input: SpecInput): MountSpec[] {
  const host = input.hostConfig;
  const rootReadonly = host.ReadonlyRootfs === true;
  const given = input.mounts.map((mount) => specMount(mount, rootReadonly));
  const init: MountSpec[] = host.Init === true ? [{ destination: initPath, type: 'bind', source: initProgram(), options: ['bind', 'ro'] }] : [];
  const taken = new Set(given.map((mount) => mount.destination));
  return [...kernelMounts(input).filter((mount) => !taken.has(mount.destination)), ...init, ...given.toSorted(parentsFirst)];
}

function parentsFirst(a: MountSpec, b: MountSpec): number {
  return a.destination.split('/').length - b.destination.split('/').length;
}

function kernelMounts(input: SpecInput): MountSpec[] {
  const host = input.hostConfig;
  const writable = host.Privileged === true ? [] : ['ro'];
  const guarded = ['nosuid', 'noexec', 'nodev'];
  return [
    { destination: '/proc', type: 'proc', source: 'proc', options: guarded },
    { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'] },
    { destination: '/dev/pts', type: 'devpts', source: 'devpts', options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'] },
    { destination: '/sys', type: 'sysfs', source: 'sysfs', options: [...guarded, ...writable] },
    {
      destination: '/sys/fs/cgroup',
      type: cgroupHost().version === 2 ? 'cgroup2' : 'cgroup',
      source: 'cgroup',
      options: [...writable, ...guarded, 'relatime'],
    },
    { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: guarded },
    ...shm(input),
  ];
}

function shm(input: SpecInput): MountSpec[] {
  const host = input.hostConfig;
  if (host.IpcMode === 'none') return [];
  const shared = host.IpcMode === 'host' ? '/dev/shm' : input.shmPath;
  if (shared !== undefined) return [{ destination: '/dev/shm', type: 'bind', source: shared, options: ['rbind', 'rprivate'] }];
  const size = host.ShmSize === undefined || host.ShmSize === 0 ? defaultShmBytes : host.ShmSize;
  return [{ destination: '/dev/shm', type: 'tmpfs', source: 'shm', options: ['nosuid', 'noexec', 'nodev', 'mode=1777', `size=${size}`] }];
}

function specMount(mount: SpecMount, rootReadonly: boolean): MountSpec {
  if (mount.kind === 'tmpfs') {
    return { destination: mount.target, type: 'tmpfs', source: 'tmpfs', options: ['noexec', 'nosuid', 'nodev', ...(mount.options ?? []), 'rprivate'] };
  }
  const recursion = mount.nonRecursive === true ? 'bind' : 'rbind';
  const engineFile = rootReadonly && ['/etc/resolv.conf', '/etc/hostname', '/etc/hosts'].includes(mount.target);
  // What lies below the source becomes read-only too, as with Docker; a file has nothing below it, and crun 1.8 fails on "rro" for one.
  const deep = mount.recursiveReadonly !== false && mount.nonRecursive !== true && statSync(mount.source, { throwIfNoEntry: false })?.isDirectory() === true;
  const readonly = mount.readonly === true || engineFile ? [deep ? 'rro' : 'ro'] : [];
  const propagation = mount.propagation === undefined || mount.propagation === '' ? 'rprivate' : mount.propagation;
  return { destination: mount.target, type: 'bind', source: mount.source, options: [recursion, ...readonly, propagation] };
}
