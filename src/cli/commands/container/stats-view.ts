import type { ContainerStats } from '../../../api/index.ts';
import { bytesSize, humanSize } from '../../format/units.ts';
import { View } from '../../template/index.ts';

/** Header words of the columns of `stats`. */
export const statsHeaders = {
  Container: 'CONTAINER', Name: 'NAME', ID: 'CONTAINER ID', CPUPerc: 'CPU %', MemUsage: 'MEM USAGE / LIMIT', MemPerc: 'MEM %', NetIO: 'NET I/O', BlockIO: 'BLOCK I/O', PIDs: 'PIDS',
}; // prettier-ignore

/** What `stats` knows of a container; without a sample every figure is "--". */
export interface StatsEntry {
  /** As the user named it. */
  readonly container: string;
  readonly id: string;
  readonly name: string;
  readonly sample?: ContainerStats | undefined;
  /** True when samples cannot be had any more: the container is gone. */
  readonly failed?: boolean;
}

/** A container's row of `stats`. */
export function statsView({ container, id, name, sample, failed }: StatsEntry, short: boolean): View {
  const figure =
    (text: (sample: ContainerStats) => string, missing: string): (() => string) =>
    () =>
      failed || !sample ? missing : text(sample);
  return new View('*container.statsContext', {
    BlockIO: figure((one) => ioText(blockBytes(one, 'read'), blockBytes(one, 'write')), '--'),
    CPUPerc: figure((one) => `${cpuPercent(one).toFixed(2)}%`, '--'),
    Container: () => container,
    ID: () => (short ? id.slice(0, 12) : id),
    MemPerc: figure((one) => `${memoryPercent(one).toFixed(2)}%`, '--'),
    MemUsage: figure((one) => `${bytesSize(memoryUsed(one))} / ${bytesSize(one.memory_stats.limit ?? 0)}`, '-- / --'),
    Name: () => name || '--',
    NetIO: figure((one) => ioText(networkBytes(one, 'rx_bytes'), networkBytes(one, 'tx_bytes')), '--'),
    PIDs: figure((one) => String(one.pids_stats.current ?? 0), '--'),
  });
}

function ioText(first: number, second: number): string {
  return `${humanSize(first, 3)} / ${humanSize(second, 3)}`;
}

function cpuPercent({ cpu_stats: now, precpu_stats: before }: ContainerStats): number {
  const used = now.cpu_usage.total_usage - before.cpu_usage.total_usage;
  const passed = (now.system_cpu_usage ?? 0) - (before.system_cpu_usage ?? 0);
  const cpus = now.online_cpus || (now.cpu_usage.percpu_usage?.length ?? 0);
  return passed > 0 && used > 0 ? (used / passed) * cpus * 100 : 0;
}

/** Without the page cache that the kernel can take back at once: cgroup v1 and v2 name it differently. */
function memoryUsed({ memory_stats: { usage = 0, stats = {} } }: ContainerStats): number {
  const idle = stats['total_inactive_file'] ?? stats['inactive_file'] ?? 0;
  return idle < usage ? usage - idle : usage;
}

function memoryPercent(sample: ContainerStats): number {
  const limit = sample.memory_stats.limit ?? 0;
  return limit === 0 ? 0 : (memoryUsed(sample) / limit) * 100;
}

function networkBytes({ networks }: ContainerStats, key: 'rx_bytes' | 'tx_bytes'): number {
  return Object.values(networks ?? {}).reduce((sum, one) => sum + one[key], 0);
}

function blockBytes({ blkio_stats: stats }: ContainerStats, op: string): number {
  return (stats.io_service_bytes_recursive ?? []).filter((entry) => entry.op.toLowerCase() === op).reduce((sum, { value }) => sum + value, 0);
}
