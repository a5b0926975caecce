import type { ContainerCgroup } from './cgroup.ts';
import { runtimeResources } from './resources.ts';
import type { ResourceLimits } from './types.ts';

type Fields = Record<string, number | string | undefined>;

/** Changes limits of a running container; what is not set stays as it is. Errors as `ContainerCgroup.write`. */
export function updateResources(group: ContainerCgroup, limits: ResourceLimits): void {
  const resources = runtimeResources(limits) as { memory?: Fields; cpu?: Fields; pids?: Fields; blockIO?: Fields };
  if (group.version === 2) {
    updateMemoryV2(group, resources.memory ?? {});
    updateCpuV2(group, resources.cpu ?? {});
  } else {
    updateMemoryV1(group, resources.memory ?? {});
    updateCpuV1(group, resources.cpu ?? {});
  }
  put(group, 'cpuset', 'cpuset.cpus', resources.cpu?.['cpus']);
  put(group, 'cpuset', 'cpuset.mems', resources.cpu?.['mems']);
  put(group, 'pids', 'pids.max', resources.pids?.['limit'] === -1 ? 'max' : resources.pids?.['limit']);
  const weight = resources.blockIO?.['weight'];
  if (weight !== undefined) updateWeight(group, Number(weight));
}

/** The kernel insists on memory ≤ memory+swap at every moment, so what grows goes first. */
function updateMemoryV1(group: ContainerCgroup, memory: Fields): void {
  const limit = memory['limit'];
  const swap = memory['swap'];
  const current = Number(group.read('memory', 'memory.memsw.limit_in_bytes')?.trim() ?? NaN);
  const swapFirst = swap !== undefined && (Number(swap) === -1 || Number(limit ?? 0) > current);
  if (swapFirst) put(group, 'memory', 'memory.memsw.limit_in_bytes', swap);
  put(group, 'memory', 'memory.limit_in_bytes', limit);
  if (!swapFirst && group.read('memory', 'memory.memsw.limit_in_bytes') !== undefined) put(group, 'memory', 'memory.memsw.limit_in_bytes', swap);
  put(group, 'memory', 'memory.soft_limit_in_bytes', memory['reservation']);
  put(group, 'memory', 'memory.swappiness', memory['swappiness']);
}

function updateMemoryV2(group: ContainerCgroup, memory: Fields): void {
  const limit = memory['limit'];
  const swap = memory['swap'];
  if (swap !== undefined) put(group, 'memory', 'memory.swap.max', Number(swap) === -1 ? 'max' : Number(swap) - Number(limit ?? 0));
  put(group, 'memory', 'memory.max', limit);
  put(group, 'memory', 'memory.low', memory['reservation']);
}

function updateCpuV1(group: ContainerCgroup, cpu: Fields): void {
  put(group, 'cpu', 'cpu.shares', cpu['shares']);
  put(group, 'cpu', 'cpu.cfs_period_us', cpu['period']);
  put(group, 'cpu', 'cpu.cfs_quota_us', cpu['quota']);
}

function updateCpuV2(group: ContainerCgroup, cpu: Fields): void {
  const shares = cpu['shares'];
  if (shares !== undefined) put(group, 'cpu', 'cpu.weight', 1 + Math.trunc(((Number(shares) - 2) * 9999) / 262142));
  const quota = cpu['quota'];
  const period = cpu['period'];
  if (quota !== undefined || period !== undefined) {
    const [oldQuota = 'max', oldPeriod = '100000'] = (group.read('cpu', 'cpu.max') ?? '').trim().split(' ');
    put(group, 'cpu', 'cpu.max', `${quota === undefined ? oldQuota : Number(quota) < 0 ? 'max' : quota} ${period ?? oldPeriod}`);
  }
}

/** Only where a scheduler with weights is in use; Docker discards the weight with a warning elsewhere. */
function updateWeight(group: ContainerCgroup, weight: number): void {
  const [controller, file] = group.version === 2 ? ['io', 'io.bfq.weight'] : ['blkio', 'blkio.bfq.weight'];
  if (group.read(controller, file) !== undefined) put(group, controller, file, weight);
}

function put(group: ContainerCgroup, controller: string, file: string, value: number | string | undefined): void {
  if (value !== undefined) group.write(controller, file, value);
}
