/** One line of a pull, push, load, import or build answer. Exactly one of stream, status, error, aux is the point of it. */
export interface ProgressMessage {
  /** Text of a build, with its own line breaks. */
  readonly stream?: string;
  readonly status?: string;
  /** Short id of the layer the status speaks of. */
  readonly id?: string;
  /** Bytes; `total` is absent when unknown; `{}` when there is no bar. */
  readonly progressDetail?: { readonly current?: number; readonly total?: number; readonly units?: string; readonly hidecounts?: boolean };
  /** A bar drawn by the engine, for simple clients. */
  readonly progress?: string;
  readonly error?: string;
  readonly errorDetail?: { readonly message: string; readonly code?: number };
  /** {"ID": "sha256:…"} of a build; {"Tag", "Digest", "Size"} of a push. */
  readonly aux?: Readonly<Record<string, unknown>>;
  /** Slipway's own: what the builder does, for a client that draws `[+] Building`. Other clients skip it. */
  readonly vertex?: unknown;
}
