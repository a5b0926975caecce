import type { Service } from '../../compose-file/index.ts';

/** Names of services, each after those it depends on; otherwise by name. */
export function topological(services: Readonly<Record<string, Pick<Service, 'depends_on'>>>): string[] {
  const order: string[] = [];
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name) || !services[name]) return;
    seen.add(name);
    for (const next of Object.keys(services[name].depends_on ?? {}).toSorted()) visit(next);
    order.push(name);
  };
  for (const name of Object.keys(services).toSorted()) visit(name);
  return order;
}
