import type { Operation, Plan } from './plan.ts';

/** A plan as text: one line a step, "3 start cup-web-1 after 1, 2 (reason)". It is what tests compare. */
export function formatPlan(plan: Plan): string {
  const steps = plan.nodes.map(({ id, operation, needs, reason }) => {
    const after = needs.length ? ` after ${needs.join(', ')}` : '';
    return `${id} ${describeOperation(operation)}${after}${reason === undefined ? '' : ` (${reason})`}`;
  });
  return [...plan.unchanged.map(({ name }) => `- keep ${name}`), ...steps].map((line) => `${line}\n`).join('');
}

/** A step in words. */
export function describeOperation(operation: Operation): string {
  switch (operation.kind) {
    case 'create-network':
      return `create network ${operation.network.name}`;
    case 'create-volume':
      return `create volume ${operation.volume.name}`;
    case 'remove-network':
    case 'remove-volume':
    case 'remove-image':
      return `${operation.kind.replace('-', ' ')} ${operation.name}`;
    case 'create':
      return `create container ${operation.name}${operation.replaces ? ` in place of ${operation.replaces.name}` : ''}`;
    case 'rename':
      return `rename container ${operation.from} to ${operation.name}`;
    case 'pre-start':
      return `run pre_start ${operation.index + 1} of ${operation.name}`;
    case 'wait':
      return `wait for ${operation.service} (${operation.condition.replace('service_', '').replaceAll('_', ' ')})`;
    case 'wait-replica':
      return `wait for container ${operation.name} (healthy)`;
    case 'delay':
      return `wait ${operation.nanoseconds / 1e9}s between replicas of ${operation.service}`;
    default:
      return `${operation.kind} container ${operation.name}`;
  }
}
