import type { ContainerConfig, Health, HealthcheckResult } from '../api/index.ts';

/** Results that inspect shows. */
const LOG_LENGTH = 5;
const NS_PER_MS = 1e6;

/** A health check with every value decided; times in milliseconds. */
export interface ProbePlan {
  readonly args: readonly string[];
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly startPeriodMs: number;
  readonly startIntervalMs: number;
  readonly retries: number;
}

/** The check of a container; undefined when it has none. Source: moby daemon/health.go for the defaults. */
export function probePlan(config: Pick<ContainerConfig, 'Healthcheck' | 'Shell'>): ProbePlan | undefined {
  const check = config.Healthcheck;
  const [kind, ...args] = check?.Test ?? [];
  if (!check || kind === undefined || kind === 'NONE' || (kind !== 'CMD' && kind !== 'CMD-SHELL')) return undefined;
  const shell = config.Shell?.length ? config.Shell : ['/bin/sh', '-c'];
  const milliseconds = (value: number | undefined, otherwise: number): number => (value ? value / NS_PER_MS : otherwise);
  return {
    args: kind === 'CMD' ? args : [...shell, ...args],
    intervalMs: milliseconds(check.Interval, 30_000),
    timeoutMs: milliseconds(check.Timeout, 30_000),
    startPeriodMs: milliseconds(check.StartPeriod, 0),
    startIntervalMs: milliseconds(check.StartInterval, 5_000),
    retries: check.Retries || 3,
  };
}

/** Health after one more result. Failures of the start period count for nothing until a first success. */
export function nextHealth(before: Health, result: HealthcheckResult, { retries, inStartPeriod }: { retries: number; inStartPeriod: boolean }): Health {
  const log = [...before.Log, result].slice(-LOG_LENGTH);
  if (result.ExitCode === 0) return { Status: 'healthy', FailingStreak: 0, Log: log };
  if (before.Status === 'starting' && inStartPeriod) return { ...before, Log: log };
  const streak = before.FailingStreak + 1;
  return { Status: streak >= retries ? 'unhealthy' : before.Status, FailingStreak: streak, Log: log };
}
