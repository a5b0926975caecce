import { setTimeout as delay } from 'node:timers/promises';
import type { Health, HealthcheckResult } from '../api/index.ts';
import { messageOf } from '../base/index.ts';
import type { Container } from './container.ts';
import { publishContainerEvent } from './container-events.ts';
import { endRun } from './container-stop.ts';
import type { EngineContext } from './context.ts';
import { runProbe } from './health-probe.ts';
import { nextHealth, probePlan } from './health-state.ts';
import type { ProbePlan } from './health-state.ts';
import { nowText } from './now.ts';

/** Begins to ask a container that just started for its health; nothing for one without a check. */
export function startHealthCheck(engine: EngineContext, container: Container): void {
  const plan = probePlan(container.record.config);
  container.healthCheck?.abort();
  if (!plan) return;
  const stop = new AbortController();
  container.healthCheck = stop;
  const known = container.state.health;
  if (container.state.status !== 'running' || !known || known.Status !== 'healthy')
    container.setState({ health: { Status: 'starting', FailingStreak: 0, Log: known?.Log ?? [] } });
  void probeForever({ engine, container, plan, signal: stop.signal });
}

/** The run ended: what stood as healthy is not any more. */
export function stopHealthCheck(container: Container): void {
  container.healthCheck?.abort();
  container.healthCheck = undefined;
  const { health } = container.state;
  if (health && health.Status !== 'unhealthy') container.setState({ health: { ...health, Status: 'unhealthy' } });
}

interface Watch {
  readonly engine: EngineContext;
  readonly container: Container;
  readonly plan: ProbePlan;
  readonly signal: AbortSignal;
}

async function probeForever(watch: Watch): Promise<void> {
  const { container, plan, signal } = watch;
  const startedMs = Date.parse(container.state.startedAt);
  while (!signal.aborted) {
    const starting = Date.now() - startedMs < plan.startPeriodMs && container.state.health?.Status === 'starting';
    const pause = starting ? plan.startIntervalMs : plan.intervalMs;
    if (!(await delay(pause, true, { signal }).catch(() => false))) return;
    if (container.state.status !== 'running') continue;
    const result = await probe(watch);
    if (signal.aborted || !container.task) return;
    await take(watch, result, Date.now() - startedMs < plan.startPeriodMs);
  }
}

async function probe({ engine, container, plan, signal }: Watch): Promise<HealthcheckResult> {
  const start = nowText();
  try {
    const { exitCode, output } = await runProbe(engine, container, plan, signal);
    return { Start: start, End: nowText(), ExitCode: exitCode, Output: output };
  } catch (error) {
    return { Start: start, End: nowText(), ExitCode: -1, Output: messageOf(error) };
  }
}

async function take(watch: Watch, result: HealthcheckResult, inStartPeriod: boolean): Promise<void> {
  const { engine, container, plan } = watch;
  const before: Health = container.state.health ?? { Status: 'starting', FailingStreak: 0, Log: [] };
  const health = nextHealth(before, result, { retries: plan.retries, inStartPeriod });
  container.setState({ health });
  if (health.Status === before.Status) return;
  publishContainerEvent(engine, container, `health_status: ${health.Status}`);
  if (health.Status === 'unhealthy') await giveUp(watch);
}

/** Slipway's own: an unhealthy run can be ended, and begun again. */
async function giveUp({ engine, container }: Watch): Promise<void> {
  const { HealthOnFailure: action = 'none', RestartPolicy: policy } = container.record.hostConfig;
  if (action === 'stop') await endRun(engine, container, { cause: 'unhealthy' });
  else if (action === 'kill') await endRun(engine, container, { cause: 'unhealthy', signal: 'KILL', restarts: true });
  else if (action === 'restart' || policy.Name === 'on-unhealthy') await endRun(engine, container, { cause: 'unhealthy', restarts: true });
}
