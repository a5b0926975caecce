/** What a build tells while it runs, for a client that asked with the query `slipway-events=1`: each comes as `{"id":"slipway.build","aux":EVENT}` in the answer of POST /build. Times are milliseconds since 1970. */
export type BuildEvent = BuildVertexEvent | BuildLogEvent | BuildStatusEvent | BuildWarningEvent | BuildMissEvent | BuildErrorEvent;

/** A step of the build, as it begins and as it ends. A vertex is told again whenever its state changes; the last one counts. */
export interface BuildVertexEvent {
  readonly kind: 'vertex';
  readonly id: string;
  /** "[builder 2/5] RUN npm ci" */
  readonly name: string;
  readonly state: 'running' | 'cached' | 'done' | 'error' | 'canceled';
  readonly started?: number;
  readonly completed?: number;
  readonly error?: string;
}

/** Output of a RUN step. */
export interface BuildLogEvent {
  readonly kind: 'log';
  readonly vertex: string;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
  readonly time: number;
}

/** Something inside a vertex that takes time: "transferring context", "exporting layers", a layer of a pull. */
export interface BuildStatusEvent {
  readonly kind: 'status';
  readonly vertex: string;
  readonly name: string;
  readonly current?: number;
  readonly total?: number;
  readonly started: number;
  readonly completed?: number;
}

/** A finding of the build checks. */
export interface BuildWarningEvent {
  readonly kind: 'warning';
  readonly warning: BuildWarning;
}

/** Why a step had to run although an earlier build had it: which inputs differ. */
export interface BuildMissEvent {
  readonly kind: 'miss';
  readonly vertex: string;
  /** "file changed: src/app.ts", "ARG VERSION: 1 → 2". */
  readonly reasons: readonly string[];
}

/** The error that ended the build, with the lines of the Dockerfile that are to blame. */
export interface BuildErrorEvent {
  readonly kind: 'error';
  readonly message: string;
  readonly vertex?: string;
  /** The excerpt that Docker prints, from "Dockerfile:3" to the closing rule. */
  readonly excerpt?: string;
}

/** A finding of the build checks. Source: docs.docker.com/reference/build-checks. */
export interface BuildWarning {
  /** "JSONArgsRecommended" */
  readonly rule: string;
  /** Of this place: "JSON arguments recommended for CMD to prevent …". */
  readonly message: string;
  /** Of the rule. */
  readonly description: string;
  readonly url?: string;
  readonly line?: number;
  readonly excerpt?: string;
}

/** Answer of POST /build with the query `check=1`: nothing was built. `failed` where the Dockerfile asks for `error=true`. */
export interface BuildCheckResult {
  readonly warnings: readonly BuildWarning[];
  readonly failed: boolean;
}

/** The `id` of messages whose `aux` is a BuildEvent. */
export const BUILD_EVENT_ID = 'slipway.build';
