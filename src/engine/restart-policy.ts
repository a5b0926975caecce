import type { RestartPolicy } from '../api/index.ts';

/** How long a run must last for the delay to begin anew. Source: moby daemon/internal/restartmanager. */
const GOOD_RUN_MS = 10_000;
const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 60_000;

/** What is known when a process ends. */
export interface RunEnd {
  readonly policy: RestartPolicy;
  readonly exitCode: number;
  /** The health check gave the run up. */
  readonly unhealthy: boolean;
  /** `HealthOnFailure` asks for a restart whatever the policy is. */
  readonly restartsUnhealthy?: boolean;
  readonly stoppedByUser: boolean;
  /** Restarts so far. */
  readonly restartCount: number;
  readonly ranMs: number;
  /** Delay before the previous restart, 0 for none. */
  readonly lastDelayMs: number;
}

/** Milliseconds to wait before the next run, or undefined when there is none. */
export function restartDelay(end: RunEnd): number | undefined {
  if (end.stoppedByUser || !wanted(end)) return undefined;
  if (end.lastDelayMs === 0 || end.ranMs >= GOOD_RUN_MS) return FIRST_DELAY_MS;
  return Math.min(end.lastDelayMs * 2, LONGEST_DELAY_MS);
}

function wanted({ policy, exitCode, unhealthy, restartsUnhealthy, restartCount }: RunEnd): boolean {
  if (unhealthy && restartsUnhealthy) return true;
  const { Name: name, MaximumRetryCount: limit } = policy;
  if (name === 'always' || name === 'unless-stopped') return true;
  const left = limit === 0 || restartCount < limit;
  if (name === 'on-failure') return exitCode !== 0 && left;
  return name === 'on-unhealthy' && (exitCode !== 0 || unhealthy) && left;
}

/** True when the engine's start should bring the container up again. */
export function startsWithEngine(policy: RestartPolicy, stoppedByUser: boolean): boolean {
  return policy.Name === 'always' || (policy.Name === 'unless-stopped' && !stoppedByUser);
}
