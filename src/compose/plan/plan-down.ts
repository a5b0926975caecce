import type { Project } from '../../compose-file/index.ts';
import { label } from '../labels.ts';
import type { Observed, ObservedContainer } from '../observe.ts';
import { type Plan, PlanBuilder } from './plan.ts';
import { dependentsFirst } from './stop-order.ts';

/** What is taken down. */
export interface DownOptions {
  readonly projectName: string;
  /** Undefined when there are no files: then labels tell all. */
  readonly project: Project | undefined;
  /** Services to take down; empty means all, networks and volumes too. */
  readonly named: readonly string[];
  readonly volumes: boolean;
  readonly removeOrphans: boolean;
  /** Names of images to remove. */
  readonly images: readonly string[];
}

/** Stops and removes a project, dependents before what they depend on. */
export function planDown(observed: Observed, options: DownOptions): Plan {
  const plan = new PlanBuilder();
  const { project, named, projectName } = options;
  const known = (service: string): boolean => !project || service in project.services || service in project.disabledServices;
  const wanted = observed.containers.filter(({ service, oneOff }) =>
    named.length ? named.includes(service) && !oneOff : known(service) || options.removeOrphans,
  );
  const orphans = observed.containers.filter((container) => !wanted.includes(container) && !known(container.service));
  const removed = planStopAndRemove(plan, wanted, { volumes: options.volumes });
  if (!options.removeOrphans && orphans.length && !named.length) {
    plan.warn(`Found orphan containers ([${orphans.map(({ name }) => name).join(' ')}]) for this project. Use --remove-orphans to take them down too.`);
  }
  if (!named.length) {
    for (const network of ownNetworks(observed, projectName, project)) plan.add({ kind: 'remove-network', name: network.name, id: network.id }, removed);
    if (options.volumes) for (const name of ownVolumes(observed, projectName, project)) plan.add({ kind: 'remove-volume', name }, removed);
  }
  for (const name of options.images) plan.add({ kind: 'remove-image', name }, removed);
  return plan.build();
}

/** Adds steps that stop containers, dependents first, and remove each when it has stopped. Gives the last steps. */
export function planStopAndRemove(plan: PlanBuilder, containers: readonly ObservedContainer[], options: { readonly volumes: boolean }): number[] {
  const removed = new Map<string, number[]>();
  for (const { service, containers: group, dependents } of dependentsFirst(containers)) {
    const before = dependents.flatMap((name) => removed.get(name) ?? []);
    const steps = group.map(({ id, name, state }) => {
      const stopped = ['running', 'restarting', 'paused'].includes(state) ? [plan.add({ kind: 'stop', name, id, service }, before)] : before;
      return plan.add({ kind: 'remove', name, id, volumes: options.volumes, force: true }, stopped);
    });
    removed.set(service, steps);
  }
  return [...removed.values()].flat();
}

function ownNetworks(observed: Observed, projectName: string, project: Project | undefined): { readonly name: string; readonly id: string }[] {
  const external = new Set(Object.values(project?.networks ?? {}).flatMap(({ name, external: outside }) => (outside === true ? [name] : [])));
  return [...observed.networks.values()].filter(({ labels, name }) => labels[label.project] === projectName && !external.has(name));
}

function ownVolumes(observed: Observed, projectName: string, project: Project | undefined): string[] {
  const external = new Set(Object.values(project?.volumes ?? {}).flatMap(({ name, external: outside }) => (outside === true ? [name] : [])));
  return [...observed.volumes.values()].flatMap(({ labels, name }) => (labels[label.project] === projectName && !external.has(name) ? [name] : []));
}
