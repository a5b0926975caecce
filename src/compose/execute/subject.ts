import type { Operation } from '../plan/plan.ts';

/** The thing that a step is about, as progress names it: "Container cup-web-1". */
export function subject(operation: Operation): string {
  switch (operation.kind) {
    case 'create-network':
      return `Network ${operation.network.name}`;
    case 'remove-network':
      return `Network ${operation.name}`;
    case 'create-volume':
      return `Volume ${operation.volume.name}`;
    case 'remove-volume':
      return `Volume ${operation.name}`;
    case 'remove-image':
      return `Image ${operation.name}`;
    case 'create':
      return `Container ${operation.replaces?.name ?? operation.name}`;
    case 'wait':
    case 'delay':
      return `Service ${operation.service}`;
    default:
      return `Container ${operation.name.replace(/^[0-9a-f]{12}_/, '')}`;
  }
}
