import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import type { ContainerCgroup } from './cgroup.ts';
import { formatNanos } from './time.ts';
import type { BlkioEntry, CpuStats, TaskStats } from './types.ts';

const nanosPerTick = 10_000_000; // USER_HZ is 100 on every architecture we run on

/** Docker's stats of a container at this moment; a field that the host's control groups cannot tell is absent, as with Docker. */
export function taskStats(group: ContainerCgroup): TaskStats {
  return {
    read: formatNanos(BigInt(Date.now()) * 1_000_000n + (process.hrtime.bigint() % 1_000_000n)),
    num_procs: 0,
    pids_stats: pidsStats(group),
    cpu_stats: cpuStats(group),
    memory_stats: group.version === 2 ? memoryV2(group) : memoryV1(group),
    blkio_stats: group.version === 2 ? blkioV2(group) : blkioV1(group),
  };
}

function pidsStats(group: ContainerCgroup): TaskStats['pids_stats'] {
  const current = number(group.read('pids', 'pids.current'));
  const limit = number(group.read('pids', 'pids.max'));
  return { ...(current === undefined ? {} : { current }), ...(limit === undefined ? {} : { limit }) };
}

function cpuStats(group: ContainerCgroup): CpuStats {
  const host = hostCpu();
  const usage = group.version === 2 ? cpuUsageV2(group) : cpuUsageV1(group);
  const throttled = table(group.read('cpu', 'cpu.stat'));
  return {
    cpu_usage: usage,
    system_cpu_usage: host.nanos,
    online_cpus: host.cpus,
    throttling_data: {
      periods: throttled['nr_periods'] ?? 0,
      throttled_periods: throttled['nr_throttled'] ?? 0,
      throttled_time: throttled['throttled_time'] ?? (throttled['throttled_usec'] ?? 0) * 1000,
    },
  };
}

function cpuUsageV1(group: ContainerCgroup): CpuStats['cpu_usage'] {
  const ticks = table(group.read('cpuacct', 'cpuacct.stat'));
  const perCpu = (group.read('cpuacct', 'cpuacct.usage_percpu') ?? '').trim();
  return {
    total_usage: number(group.read('cpuacct', 'cpuacct.usage')) ?? 0,
    ...(perCpu === '' ? {} : { percpu_usage: perCpu.split(/\s+/).map(Number) }),
    usage_in_kernelmode: (ticks['system'] ?? 0) * nanosPerTick,
    usage_in_usermode: (ticks['user'] ?? 0) * nanosPerTick,
  };
}

function cpuUsageV2(group: ContainerCgroup): CpuStats['cpu_usage'] {
  const stat = table(group.read('cpu', 'cpu.stat'));
  return {
    total_usage: (stat['usage_usec'] ?? 0) * 1000,
    usage_in_kernelmode: (stat['system_usec'] ?? 0) * 1000,
    usage_in_usermode: (stat['user_usec'] ?? 0) * 1000,
  };
}

/** CPU time of the whole host since boot, over all its CPUs. */
function hostCpu(): { nanos: number; cpus: number } {
  const lines = readFileSync('/proc/stat', 'utf8').split('\n');
  const [, ...ticks] = (lines[0] ?? '').trim().split(/\s+/);
  const busyAndIdle = ticks.slice(0, 8).reduce((sum, text) => sum + Number(text), 0);
  return { nanos: busyAndIdle * nanosPerTick, cpus: lines.filter((line) => /^cpu\d/.test(line)).length };
}

function memoryV1(group: ContainerCgroup): TaskStats['memory_stats'] {
  const usage = number(group.read('memory', 'memory.usage_in_bytes'));
  if (usage === undefined) return {};
  return {
    usage,
    max_usage: number(group.read('memory', 'memory.max_usage_in_bytes')) ?? 0,
    stats: table(group.read('memory', 'memory.stat')),
    failcnt: number(group.read('memory', 'memory.failcnt')) ?? 0,
    limit: Math.min(number(group.read('memory', 'memory.limit_in_bytes')) ?? Infinity, totalmem()),
  };
}

function memoryV2(group: ContainerCgroup): TaskStats['memory_stats'] {
  const usage = number(group.read('memory', 'memory.current'));
  if (usage === undefined) return {};
  const limit = number(group.read('memory', 'memory.max'));
  return { usage, stats: table(group.read('memory', 'memory.stat')), limit: Math.min(limit ?? Infinity, totalmem()) };
}

type BlkioStats = TaskStats['blkio_stats'];

function blkioV1(group: ContainerCgroup): BlkioStats {
  const list = (...files: string[]): BlkioEntry[] => {
    for (const file of files) {
      const found = blkioEntries(group.read('blkio', file));
      if (found.length > 0) return found;
    }
    return [];
  };
  return {
    io_service_bytes_recursive: list('blkio.bfq.io_service_bytes_recursive', 'blkio.throttle.io_service_bytes_recursive', 'blkio.throttle.io_service_bytes'),
    io_serviced_recursive: list('blkio.bfq.io_serviced_recursive', 'blkio.throttle.io_serviced_recursive', 'blkio.throttle.io_serviced'),
    io_queue_recursive: list('blkio.bfq.io_queued_recursive'),
    io_service_time_recursive: list('blkio.bfq.io_service_time_recursive'),
    io_wait_time_recursive: list('blkio.bfq.io_wait_time_recursive'),
    io_merged_recursive: list('blkio.bfq.io_merged_recursive'),
    io_time_recursive: list('blkio.bfq.time_recursive'),
    sectors_recursive: list('blkio.bfq.sectors_recursive'),
  };
}

/** Lines like "8:0 Read 4096"; the closing "Total 8192" names no device. */
function blkioEntries(text: string | undefined): BlkioEntry[] {
  return (text ?? '').split('\n').flatMap((line) => {
    const match = /^(\d+):(\d+) (?:(\w+) )?(\d+)$/.exec(line);
    return match === null ? [] : [{ major: Number(match[1]), minor: Number(match[2]), op: (match[3] ?? '').toLowerCase(), value: Number(match[4]) }];
  });
}

/** Lines like "8:0 rbytes=1 wbytes=2 rios=3 wios=4". */
function blkioV2(group: ContainerCgroup): BlkioStats {
  const bytes: BlkioEntry[] = [];
  for (const line of (group.read('io', 'io.stat') ?? '').split('\n')) {
    const match = /^(\d+):(\d+) (.*)$/.exec(line);
    if (match === null) continue;
    const values = Object.fromEntries((match[3] ?? '').split(' ').map((pair) => pair.split('=')));
    const entry = { major: Number(match[1]), minor: Number(match[2]) };
    bytes.push({ ...entry, op: 'read', value: Number(values['rbytes'] ?? 0) }, { ...entry, op: 'write', value: Number(values['wbytes'] ?? 0) });
  }
  const none = { io_serviced_recursive: null, io_queue_recursive: null, io_service_time_recursive: null, io_wait_time_recursive: null };
  return { io_service_bytes_recursive: bytes, ...none, io_merged_recursive: null, io_time_recursive: null, sectors_recursive: null };
}

/** "max" and missing files are no number. */
function number(text: string | undefined): number | undefined {
  const value = Number(text?.trim());
  return text === undefined || text.trim() === '' || Number.isNaN(value) ? undefined : value;
}

/** Lines of "name value". */
function table(text: string | undefined): Record<string, number> {
  const rows = (text ?? '').split('\n').map((line) => line.split(' '));
  return Object.fromEntries(rows.filter((row) => row.length === 2).map(([name, value]) => [name, Number(value)]));
}
