import { availableParallelism } from 'node:os';
import { readFileSync } from 'node:fs';
import type { Resources } from '../api/index.ts';
import { invalid } from './invalid.ts';

const SIX_MB = 6 << 20;

/** Refuses limits that the kernel or Docker would refuse, in Docker's words; answers the warnings. Source: moby daemon/daemon_unix.go, verifyPlatformContainerResources. */
export function checkResources(resources: Partial<Resources>): string[] {
  checkMemory(resources);
  checkCpu(resources);
  checkSet('CPUs', 'cpus', resources.CpusetCpus, onlineCpus());
  checkSet('memory nodes', 'mems', resources.CpusetMems, '0');
  return warnings(resources);
}

function checkMemory({ Memory = 0, MemorySwap = 0, MemorySwappiness, MemoryReservation = 0 }: Partial<Resources>): void {
  if (Memory !== 0 && Memory < SIX_MB) throw invalid('Minimum memory limit allowed is 6MB');
  if (Memory > 0 && MemorySwap > 0 && MemorySwap < Memory) throw invalid('Minimum memoryswap limit should be larger than memory limit, see usage');
  if (Memory === 0 && MemorySwap > 0) throw invalid('You should always set the Memory limit when using Memoryswap limit, see usage');
  if (MemorySwappiness !== undefined && MemorySwappiness !== null && (MemorySwappiness < -1 || MemorySwappiness > 100)) {
    throw invalid(`Invalid value: ${MemorySwappiness}, valid memory swappiness range is 0-100`);
  }
  if (MemoryReservation > 0 && MemoryReservation < SIX_MB) throw invalid('Minimum memory reservation allowed is 6MB');
  if (Memory > 0 && MemoryReservation > 0 && Memory < MemoryReservation)
    throw invalid('Minimum memory limit can not be less than memory reservation limit, see usage');
}

function checkCpu({ NanoCpus = 0, CpuPeriod = 0, CpuQuota = 0 }: Partial<Resources>): void {
  if (NanoCpus > 0 && CpuPeriod > 0) throw invalid('Conflicting options: Nano CPUs and CPU Period cannot both be set');
  if (NanoCpus > 0 && CpuQuota > 0) throw invalid('Conflicting options: Nano CPUs and CPU Quota cannot both be set');
  const cpus = availableParallelism();
  if (NanoCpus < 0 || NanoCpus > cpus * 1e9) throw invalid(`range of CPUs is from 0.01 to ${cpus}.00, as there are only ${cpus} CPUs available`);
  if (CpuPeriod !== 0 && (CpuPeriod < 1000 || CpuPeriod > 1_000_000))
    throw invalid('CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)');
  if (CpuQuota > 0 && CpuQuota < 1000) throw invalid('CPU cfs quota can not be less than 1ms (i.e. 1000)');
}

function checkSet(words: string, name: string, wanted: string | undefined, available: string): void {
  if (!wanted) return;
  const members = parseCpuset(wanted);
  if (!members) throw invalid(`Invalid value ${wanted} for cpuset ${name}: invalid format: ${wanted}`);
  const known = parseCpuset(available) ?? new Set();
  if (![...members].every((member) => known.has(member))) throw invalid(`Requested ${words} are not available - requested ${wanted}, available: ${available}`);
}

/** The members of "0-2,7"; undefined when it is no such list. */
export function parseCpuset(text: string): Set<number> | undefined {
  const members = new Set<number>();
  for (const part of text.split(',')) {
    const [, first, last] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part.trim()) ?? [];
    if (first === undefined || Number(last ?? first) < Number(first)) return undefined;
    for (let member = Number(first); member <= Number(last ?? first); member++) members.add(member);
  }
  return members;
}

function onlineCpus(): string {
  try {
    return readFileSync('/sys/devices/system/cpu/online', 'utf8').trim();
  } catch {
    return `0-${availableParallelism() - 1}`;
  }
}

function warnings({ OomKillDisable, Memory = 0 }: Partial<Resources>): string[] {
  if (OomKillDisable !== true || Memory !== 0) return [];
  return ['OOM killer is disabled for the container, but no memory limit is set, this can result in the system running out of resources.'];
}
