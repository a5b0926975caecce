import { label } from '../labels.ts';
import type { ObservedContainer } from '../observe.ts';
import { topological } from './topological.ts';

/** Containers of one service, and the services that depend on it. */
export interface ServiceGroup {
  readonly service: string;
  readonly containers: readonly ObservedContainer[];
  readonly dependents: readonly string[];
  readonly dependencies: readonly string[];
}

/** Containers by service, dependents before what they depend on, as their labels tell. */
export function dependentsFirst(containers: readonly ObservedContainer[]): ServiceGroup[] {
  return dependenciesFirst(containers).toReversed();
}

/** Containers by service, each after what it depends on. */
export function dependenciesFirst(containers: readonly ObservedContainer[]): ServiceGroup[] {
  const groups = Map.groupBy(containers, ({ service }) => service);
  const depends = new Map([...groups].map(([name, group]) => [name, dependenciesOf(group).filter((other) => groups.has(other) && other !== name)]));
  const services = Object.fromEntries([...depends].map(([name, others]) => [name, { depends_on: dependsOn(others) }]));
  return topological(services).map((service) => ({
    service,
    containers: groups.get(service) ?? [],
    dependencies: depends.get(service) ?? [],
    dependents: [...depends].filter(([, others]) => others.includes(service)).map(([name]) => name),
  }));
}

function dependenciesOf(containers: readonly ObservedContainer[]): string[] {
  const texts = containers.flatMap(({ labels }) => (labels[label.dependsOn] ?? '').split(','));
  return [...new Set(texts.map((text) => text.split(':')[0] ?? '').filter(Boolean))];
}

function dependsOn(names: readonly string[]): Record<string, { condition: 'service_started'; required: boolean }> {
  return Object.fromEntries(names.map((name) => [name, { condition: 'service_started', required: true }]));
}
