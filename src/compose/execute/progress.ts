/** How a thing stands. */
export type ProgressState = 'working' | 'done' | 'warning' | 'error';

/** What happens to one thing: "Container cup-web-1" is "Starting". `detail` says why or how far. */
export interface ProgressEvent {
  readonly id: string;
  readonly status: string;
  readonly state: ProgressState;
  readonly detail?: string;
}

/** Who is told. */
export type OnProgress = (event: ProgressEvent) => void;
