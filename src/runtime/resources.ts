import { statSync } from 'node:fs';
import { EngineError } from '../base/index.ts';
import type { ResourceLimits, ThrottleDevice } from './types.ts';

/** `linux.resources` of the OCI runtime specification without its device list. Fields that are not set are absent. */
export function runtimeResources(limits: ResourceLimits): Record<string, unknown> {
  return compact({ memory: memory(limits), cpu: cpu(limits), pids: pids(limits), blockIO: blockIo(limits) });
}

function memory(limits: ResourceLimits): Record<string, unknown> {
  const limit = set(limits.Memory);
  // Docker's default: as much swap again as memory.
  const swap = set(limits.MemorySwap) ?? (limit === undefined ? undefined : limit * 2);
  return compact({
    limit,
    swap: limit === undefined && swap !== -1 ? undefined : swap,
    reservation: set(limits.MemoryReservation),
    kernelTCP: set(limits.KernelMemoryTCP),
    swappiness: limits.MemorySwappiness === -1 ? undefined : (limits.MemorySwappiness ?? undefined),
    disableOOMKiller: limits.OomKillDisable === true ? true : undefined,
  });
}

function cpu(limits: ResourceLimits): Record<string, unknown> {
  const nano = set(limits.NanoCpus);
  return compact({
    shares: set(limits.CpuShares),
    quota: nano === undefined ? set(limits.CpuQuota) : Math.trunc(nano / 10_000),
    period: nano === undefined ? set(limits.CpuPeriod) : 100_000,
    realtimePeriod: set(limits.CpuRealtimePeriod),
    realtimeRuntime: set(limits.CpuRealtimeRuntime),
    cpus: text(limits.CpusetCpus),
    mems: text(limits.CpusetMems),
  });
}

function pids(limits: ResourceLimits): Record<string, unknown> {
  const limit = set(limits.PidsLimit);
  return compact({ limit: limit === undefined ? undefined : limit < 0 ? -1 : limit });
}

function blockIo(limits: ResourceLimits): Record<string, unknown> {
  return compact({
    weight: set(limits.BlkioWeight),
    weightDevice: limits.BlkioWeightDevice?.map(({ Path, Weight }) => ({ ...deviceNumbers(Path), weight: Weight })),
    throttleReadBpsDevice: throttle(limits.BlkioDeviceReadBps),
    throttleWriteBpsDevice: throttle(limits.BlkioDeviceWriteBps),
    throttleReadIOPSDevice: throttle(limits.BlkioDeviceReadIOps),
    throttleWriteIOPSDevice: throttle(limits.BlkioDeviceWriteIOps),
  });
}

function throttle(devices: readonly ThrottleDevice[] | null | undefined): object[] | undefined {
  return devices?.map(({ Path, Rate }) => ({ ...deviceNumbers(Path), rate: Rate }));
}

/** Major and minor number of a device node. INVALID_ARGUMENT with Docker's text when there is none. */
export function deviceNumbers(path: string): { major: number; minor: number } {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new EngineError('INVALID_ARGUMENT', `stat ${path}: no such file or directory`);
  return splitDevice(stat.rdev);
}

/** The two halves of a device number, as glibc's `gnu_dev_major` and `gnu_dev_minor` read them. */
export function splitDevice(rdev: number): { major: number; minor: number } {
  const device = BigInt(rdev);
  return { major: Number(((device >> 8n) & 0xfffn) | ((device >> 32n) & 0xfffff000n)), minor: Number((device & 0xffn) | ((device >> 12n) & 0xffffff00n)) };
}

/** Docker's "not set": null, undefined and 0. */
function set(value: number | null | undefined): number | undefined {
  return value === null || value === 0 ? undefined : value;
}

function text(value: string | null | undefined): string | undefined {
  return value === null || value === '' ? undefined : value;
}

function compact(fields: Record<string, unknown>): Record<string, unknown> {
  const isEmpty = (value: unknown): boolean =>
    value === undefined || (Array.isArray(value) && value.length === 0) || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)));
}
