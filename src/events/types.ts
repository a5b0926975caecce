/** What an event is about. Source: Engine API, schema EventMessage. */
export type EventType = 'builder' | 'container' | 'daemon' | 'image' | 'network' | 'plugin' | 'volume';

/** One event as the Engine API sends it: `GET /events`. */
export interface EventMessage {
  Type: EventType;
  /** "start", "die", "exec_create: sh -c true", "health_status: healthy" … */
  Action: string;
  Actor: { ID: string; Attributes: Record<string, string> };
  scope: 'local' | 'swarm';
  /** Seconds since 1970. */
  time: number;
  /** Nanoseconds since 1970; grows from event to event, also when two fall into one millisecond. Beyond 2^53, so the last digits are approximate in JSON numbers. */
  timeNano: number;
  /** Deprecated names that clients up to API 1.47 read; for containers and images only. */
  status?: string;
  id?: string;
  from?: string;
}

/** What a publisher knows; the bus adds the time. */
export interface NewEvent {
  Type: EventType;
  Action: string;
  id: string;
  attributes?: Record<string, string>;
}

/** Which events a subscriber wants. Times are milliseconds since 1970. */
export interface EventQuery {
  since?: number;
  /** The stream ends when this moment is past; with a time in the past only the journal is read. */
  until?: number;
  /** Docker's event filters: type, event, container, image, network, volume, label, daemon, scope. Values of one key are alternatives, keys must all hold. */
  filters?: ReadonlyMap<string, readonly string[]>;
  signal?: AbortSignal;
}
