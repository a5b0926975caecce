export { EventBus } from './event-bus.ts';
export type { EventMessage, EventQuery, EventType, NewEvent } from './types.ts';
