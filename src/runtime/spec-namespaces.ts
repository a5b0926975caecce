import { cgroupHost } from '../linux/index.ts';
import type { SpecInput } from './spec-input.ts';

interface Namespace {
  readonly type: string;
  readonly path?: string;
}

/** The namespaces of a container: new ones, those of another container (by its process), or none where the host's is shared. */
export function specNamespaces(input: SpecInput): Namespace[] {
  const host = input.hostConfig;
  return [
    { type: 'mount' },
    ...(input.netns === undefined ? [] : [{ type: 'network', path: input.netns }]),
    ...(host.UTSMode === 'host' ? [] : [{ type: 'uts' }]),
    ...sharable('pid', host.PidMode, input.joinPid?.pid),
    ...sharable('ipc', host.IpcMode, input.joinPid?.ipc),
    ...(ownCgroupNamespace(host.CgroupnsMode, host.Privileged === true) ? [{ type: 'cgroup' }] : []),
  ];
}

function sharable(type: 'pid' | 'ipc', mode: string | undefined, pid: number | undefined): Namespace[] {
  if (mode === 'host') return [];
  return pid === undefined ? [{ type }] : [{ type, path: `/proc/${pid}/ns/${type}` }];
}

function ownCgroupNamespace(mode: string | undefined, privileged: boolean): boolean {
  if (mode === 'private') return true;
  if (mode === 'host') return false;
  return cgroupHost().version === 2 && !privileged;
}
