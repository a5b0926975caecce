import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { EngineError } from '../../base/index.ts';
import { atLeast } from '../../api/index.ts';
import type { Reply } from './reply.ts';

/** What a route does with one request. */
export type Handler = (call: Call) => Reply | Promise<Reply>;

/** One request, as routes see it. */
export interface Call {
  readonly method: string;
  /** The path without its version: "/containers/web/json". */
  readonly path: string;
  /** Requested API version, "1.51" when the path names none. */
  readonly version: string;
  /** What stood for `{name}` in the route's pattern, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly headers: IncomingMessage['headers'];
  /** The body, unread. */
  readonly body: AsyncIterable<Uint8Array> & NodeJS.ReadableStream;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
  /** True for requests of that API version and newer. */
  since(version: string): boolean;
  /** The body as a JSON object, or undefined when there is none. At most 16 MB. INVALID_ARGUMENT otherwise. */
  json<T extends object>(): Promise<T | undefined>;
  /** Takes the connection from HTTP: see `hijack.ts`. */
  hijack(contentType: string): Promise<Hijacked>;
  /** Takes the connection for the WebSocket protocol: what is written goes out as binary messages. INVALID_ARGUMENT when the client asked for none. */
  websocket(): Promise<Duplex>;
}

/** A connection that speaks raw bytes from here on. */
export interface Hijacked {
  readonly stream: Duplex;
  /** Waits until the client has read the answer's head, so that clients who parse it with a buffered reader lose no output. */
  readonly settled: () => Promise<void>;
}

/** Query parameters with Docker's conversions. */
export interface Query {
  get(name: string): string | undefined;
  all(name: string): string[];
  has(name: string): boolean;
  /** Docker's truth: everything but '', '0', 'no', 'false' and 'none'. */
  bool(name: string, otherwise?: boolean): boolean;
  /** INVALID_ARGUMENT with Go's words when it is no whole number. */
  int(name: string): number | undefined;
}

/** Reads the query of a URL. */
export function parseQuery(search: URLSearchParams): Query {
  const get = (name: string): string | undefined => search.get(name) ?? undefined;
  return {
    get,
    all: (name) => search.getAll(name),
    has: (name) => search.has(name),
    bool(name, otherwise = false) {
      const value = get(name);
      return value === undefined ? otherwise : !['', '0', 'no', 'false', 'none'].includes(value.trim().toLowerCase());
    },
    int(name) {
      const value = get(name);
      if (value === undefined || value === '') return undefined;
      if (!/^[+-]?\d{1,18}$/.test(value)) throw new EngineError('INVALID_ARGUMENT', `strconv.Atoi: parsing ${JSON.stringify(value)}: invalid syntax`);
      return Number(value);
    },
  };
}

const BODY_LIMIT_BYTES = 16 << 20;

/** Reads a whole body as text; over the limit it is refused with 413. */
export async function readText(body: AsyncIterable<Uint8Array>, limitBytes = BODY_LIMIT_BYTES): Promise<string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.length;
    if (sizeBytes > limitBytes) throw new EngineError('INVALID_ARGUMENT', 'request body too large', { details: { status: 413 } });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Parses a JSON object; what Go's decoder would refuse is refused in its words. */
export function parseBody<T extends object>(text: string): T | undefined {
  if (text.trim() === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new EngineError('INVALID_ARGUMENT', `invalid JSON: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  if (value === null) return undefined;
  if (typeof value === 'object' && !Array.isArray(value)) return value as T;
  throw new EngineError('INVALID_ARGUMENT', `invalid JSON: cannot unmarshal ${Array.isArray(value) ? 'array' : typeof value} into an object`);
}

/** The `since` of a call of `version`. */
export function sinceVersion(version: string): (wanted: string) => boolean {
  return (wanted) => atLeast(version, wanted);
}
