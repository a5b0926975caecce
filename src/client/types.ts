import type { Filters } from '../api/index.ts';
import type { Body } from './body.ts';

/** Values of a query string; undefined ones are left out, lists repeat the key, records become Docker's filter JSON. */
export type Query = Readonly<Record<string, string | number | boolean | undefined | readonly string[] | Filters>>;

/** What a call sends besides its path. One of `json` and `body` at most. */
export interface CallOptions {
  readonly query?: Query;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as application/json. */
  readonly json?: unknown;
  /** Bytes sent as they are; a stream goes out chunked and is consumed. */
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
  readonly signal?: AbortSignal | undefined;
  /** Statuses that are answers, not errors, for this call: [304] for start, for example. */
  readonly accept?: readonly number[];
}

/** An answer whose head has arrived. The caller owns `body`: read it to its end or destroy it. */
export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
}

/** Raw bytes both ways. Iterating reads to the end and closes; a reader that stops closes. Bytes are held back at their source while nobody reads. */
export interface ByteStream extends AsyncIterable<Buffer> {
  /** Settles when there is room for more. It never rejects: that the other side is gone, reading says. */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends this direction after what was written; the other one goes on. */
  end(): void;
  /** Closes both directions; a read that waits ends, or rejects with `error`. */
  destroy(error?: Error): void;
}

/** A connection that was taken over. `mediaType` is the stream's: multiplexed frames or raw. */
export interface Hijacked {
  readonly stream: ByteStream;
  readonly mediaType: string;
}

/** What endpoints need of a connection to an engine. All reject with `EngineError`; its code tells the status, `details.status` the number. */
export interface Connection {
  /** The address as given: "unix:///run/slipway/slipway.sock". */
  readonly host: string;
  /** Sends a request and answers when the head has arrived. Non-2xx statuses reject, unless accepted. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** Sends a request and parses the whole answer as JSON; undefined where the body is empty. */
  json<T>(method: string, path: string, options?: CallOptions): Promise<T>;
  /** Sends a request, reads the answer away and gives its status. */
  status(method: string, path: string, options?: CallOptions): Promise<number>;
  /** Sends a request with an upgrade and hands over the socket. */
  hijack(method: string, path: string, options?: CallOptions): Promise<Hijacked>;
  /** Closes idle sockets; running calls go on. */
  close(): void;
}

/** TLS material as PEM text. */
export interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** False accepts any server certificate. */
  readonly verify?: boolean;
}
