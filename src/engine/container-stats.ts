import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { BlkioStats, ContainerStats, CpuStats, NetworkStats } from '../api/index.ts';
import type { Container } from './container.ts';
import type { EngineContext } from './context.ts';
import { NEVER } from './record.ts';

const INTERVAL_MS = 1000;

const noCpu: CpuStats = {
  cpu_usage: { total_usage: 0, usage_in_kernelmode: 0, usage_in_usermode: 0 },
  throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
};
const noBlkio: BlkioStats = {
  io_service_bytes_recursive: null,
  io_serviced_recursive: null,
  io_queue_recursive: null,
  io_service_time_recursive: null,
  io_wait_time_recursive: null,
  io_merged_recursive: null,
  io_time_recursive: null,
  sectors_recursive: null,
};

/** How to sample. */
export interface StatsOptions {
  /** One sample a second until the client goes, or the container is removed; else one. */
  readonly stream: boolean;
  /** The first sample at once, without one before it to compare with. */
  readonly oneShot: boolean;
  readonly signal: AbortSignal;
}

/** Samples of a container's use of the machine. A container that does not run gives samples without figures, as Docker does. */
export async function* containerStats(engine: EngineContext, container: Container, options: StatsOptions): AsyncGenerator<ContainerStats> {
  let before = sample(container);
  if (options.oneShot && !options.stream) {
    yield { ...before, preread: NEVER, precpu_stats: noCpu };
    return;
  }
  if (options.stream) yield { ...before, preread: NEVER, precpu_stats: noCpu };
  else if (!container.task) {
    yield { ...before, preread: NEVER, precpu_stats: noCpu };
    return;
  }
  do {
    if (!(await delay(INTERVAL_MS, true, { signal: options.signal }).catch(() => false))) return;
    if (engine.containers.find(container.id) !== container) return;
    const now = sample(container);
    yield { ...now, preread: before.read, precpu_stats: before.cpu_stats };
    before = now;
  } while (options.stream);
}

type Sample = Omit<ContainerStats, 'preread' | 'precpu_stats'>;

function sample({ task, record }: Container): Sample {
  const named = { name: `/${record.name}`, id: record.id, storage_stats: {} };
  if (!task) return { ...named, read: NEVER, pids_stats: {}, blkio_stats: noBlkio, num_procs: 0, cpu_stats: noCpu, memory_stats: {} };
  const { read, pids_stats, cpu_stats, memory_stats, blkio_stats } = task.stats();
  const networks = record.hostConfig.NetworkMode === 'host' ? undefined : networkStats(task.pid);
  return {
    ...named,
    read,
    pids_stats,
    blkio_stats: { ...noBlkio, ...blkio_stats },
    num_procs: 0,
    cpu_stats,
    memory_stats,
    ...(networks && Object.keys(networks).length > 0 ? { networks } : {}),
  };
}

/** Counters of every interface but lo, as the process's own namespace counts them. Source: proc(5), /proc/pid/net/dev. */
function networkStats(pid: number): Record<string, NetworkStats> {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/net/dev`, 'utf8');
  } catch {
    return {};
  }
  const rows = text
    .split('\n')
    .slice(2)
    .map((line) => line.trim().split(/[\s:]+/))
    .filter(([name]) => name && name !== 'lo');
  return Object.fromEntries(rows.map(([name = '', ...fields]) => [name, interfaceStats(fields.map(Number))]));
}

function interfaceStats(fields: readonly number[]): NetworkStats {
  const at = (index: number): number => fields[index] ?? 0;
  return { rx_bytes: at(0), rx_packets: at(1), rx_errors: at(2), rx_dropped: at(3), tx_bytes: at(8), tx_packets: at(9), tx_errors: at(10), tx_dropped: at(11) };
}
