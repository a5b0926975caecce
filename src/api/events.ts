/** The kinds of object that events speak of. */
export type EventType = 'container' | 'image' | 'network' | 'volume' | 'daemon' | 'builder' | 'plugin' | 'service' | 'node' | 'secret' | 'config';

/** One line of `GET /events`. The lower-case fields are for old clients: container and image events carry them. */
export interface EventMessage {
  readonly Type: EventType;
  /** "start", "die", "exec_create: sh -c true", "health_status: healthy", … */
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
  readonly scope: 'local' | 'swarm';
  /** Seconds since 1970. */
  readonly time: number;
  /** Nanoseconds since 1970; over 2^53, so the last digits are rounded. */
  readonly timeNano: number;
  readonly status?: string;
  readonly id?: string;
  readonly from?: string;
}
