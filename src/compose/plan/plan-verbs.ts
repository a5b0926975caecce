import type { ObservedContainer } from '../observe.ts';
import { type Plan, PlanBuilder } from './plan.ts';
import { planStopAndRemove } from './plan-down.ts';
import { dependenciesFirst, dependentsFirst } from './stop-order.ts';

const alive = new Set(['running', 'restarting', 'paused']);

/** Stops running containers, dependents first. */
export function planStop(containers: readonly ObservedContainer[]): Plan {
  const plan = new PlanBuilder();
  const stopped = new Map<string, number[]>();
  for (const { service, containers: group, dependents } of dependentsFirst(containers)) {
    const before = dependents.flatMap((name) => stopped.get(name) ?? []);
    const running = group.filter(({ state }) => alive.has(state));
    stopped.set(service, running.length ? running.map(({ id, name }) => plan.add({ kind: 'stop', name, id, service }, before)) : before);
  }
  return plan.build();
}

/** Starts containers that do not run, each after what it depends on. */
export function planStart(containers: readonly ObservedContainer[]): Plan {
  const plan = new PlanBuilder();
  const started = new Map<string, number[]>();
  for (const { service, containers: group, dependencies } of dependenciesFirst(containers)) {
    const before = dependencies.flatMap((name) => started.get(name) ?? []);
    const idle = group.filter(({ state }) => !alive.has(state));
    started.set(service, idle.length ? idle.map(({ id, name }) => plan.add({ kind: 'start', service, name, id }, before)) : before);
  }
  return plan.build();
}

/** Removes containers, stopping them before where that is wanted. */
export function planRemove(containers: readonly ObservedContainer[], options: { readonly volumes: boolean }): Plan {
  const plan = new PlanBuilder();
  planStopAndRemove(plan, containers, options);
  return plan.build();
}
