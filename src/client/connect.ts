import { EngineError, isEngineError, systemCode } from '../base/index.ts';
import { answerError, connectError } from './answer-error.ts';
import { Body } from './body.ts';
import { type Host, parseHost } from './host.ts';
import { type HttpRequest, writeRequest } from './http-request.ts';
import { bodyParts, keepsAlive, readHead } from './http-response.ts';
import { openWire } from './open-wire.ts';
import { queryText } from './query.ts';
import type { Answer, CallOptions, Connection, Hijacked, TlsOptions } from './types.ts';
import type { Wire } from './wire.ts';

/** How an engine is reached. */
export interface ConnectOptions {
  readonly tls?: TlsOptions;
  /** Sent with every request: X-Registry-Config is not one of them; `HttpHeaders` of the user's config file are. */
  readonly headers?: Readonly<Record<string, string>>;
  /** "1.51"; a fixed version is never lowered. Default: the newest this client knows, lowered to what the engine offers. */
  readonly apiVersion?: string;
}

const newestApiVersion = '1.51';

/** A connection to the engine at `host`. Opens no socket before the first call; idle sockets are kept for the next one and never hold the process. */
export function connect(host: string, options: ConnectOptions = {}): Connection {
  return new EngineConnection(host, options);
}

/** An answer and the wire that it came by. */
interface Sent {
  readonly answer: Answer;
  readonly wire: Wire;
}

class EngineConnection implements Connection {
  readonly host: string;
  readonly #address: Host;
  readonly #options: ConnectOptions;
  readonly #idle: Wire[] = [];
  #version: string;
  #versionKnown: boolean;

  constructor(host: string, options: ConnectOptions) {
    this.host = host;
    this.#address = parseHost(host);
    this.#options = options;
    this.#version = options.apiVersion ?? newestApiVersion;
    this.#versionKnown = options.apiVersion !== undefined;
  }

  async call(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
    const { answer } = await this.#exchange(method, path, options, false);
    return answer;
  }

  async json<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
    const { body } = await this.call(method, path, options);
    const text = await body.text();
    return (text.trim() ? JSON.parse(text) : undefined) as T;
  }

  async status(method: string, path: string, options: CallOptions = {}): Promise<number> {
    const { status, body } = await this.call(method, path, options);
    await body.text();
    return status;
  }

  async hijack(method: string, path: string, options: CallOptions = {}): Promise<Hijacked> {
    const { answer, wire } = await this.#exchange(method, path, options, true);
    return { stream: wire, mediaType: answer.headers['content-type'] ?? 'application/vnd.docker.raw-stream' };
  }

  close(): void {
    for (const wire of this.#idle.splice(0)) wire.destroy();
  }

  async #exchange(method: string, path: string, options: CallOptions, takeOver: boolean): Promise<Sent> {
    if (isStream(options.body)) await this.#learnVersion(options.signal);
    const sent = await this.#send(method, path, options, takeOver);
    const { status, body } = sent.answer;
    if (isAnswer(status, options.accept)) {
      if (versioned(path)) this.#versionKnown = true;
      return sent;
    }
    const error = answerError(status, await body.text());
    if (this.#lowerVersion(error)) return await this.#exchange(method, path, options, takeOver);
    throw error;
  }

  /** A stream can be sent once only, so the version has to be right beforehand. */
  async #learnVersion(signal: AbortSignal | undefined): Promise<void> {
    if (this.#versionKnown) return;
    const { answer } = await this.#send('GET', '/_ping', { signal }, false);
    await answer.body.text();
    this.#offer(answer.headers['api-version']);
    this.#versionKnown = true;
  }

  /** True when the engine is older than this client and the call can be repeated in its words. */
  #lowerVersion(error: EngineError): boolean {
    if (this.#versionKnown) return false;
    const offered = /client version .* is too new\. Maximum supported API version is (\d+\.\d+)/.exec(error.message)?.[1];
    this.#versionKnown = offered !== undefined;
    return this.#offer(offered);
  }

  #offer(version: string | undefined): boolean {
    if (version === undefined || compareVersions(version, this.#version) >= 0) return false;
    this.#version = version;
    return true;
  }

  async #send(method: string, path: string, options: CallOptions, takeOver: boolean): Promise<Sent> {
    const request = this.#request(method, path, options, takeOver);
    for (;;) {
      const { wire, used } = await this.#wire();
      try {
        return { answer: await this.#oneWay(wire, request, options.signal, takeOver), wire };
      } catch (error) {
        wire.destroy();
        // The engine may have closed an idle socket just before this request came: nothing of it was read, so it goes out again.
        if (used && !isStream(options.body) && isStale(error)) continue;
        throw asEngineError(error, this.host, options.signal);
      }
    }
  }

  async #oneWay(wire: Wire, request: HttpRequest, signal: AbortSignal | undefined, takeOver: boolean): Promise<Answer> {
    signal?.throwIfAborted();
    const abort = (): void => wire.destroy(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
    signal?.addEventListener('abort', abort, { once: true });
    const forget = (): void => signal?.removeEventListener('abort', abort);
    let sending = true;
    const writing = writeRequest(wire, request).then(
      () => (sending = false),
      // The sender's own failure; an engine that hung up early may still have said why.
      (error: unknown) => (systemCode(error) === 'EPIPE' ? undefined : wire.destroy(error as Error)),
    );
    try {
      const head = await readHead(wire, takeOver);
      if (!isStream(request.body)) await writing;
      if (takeOver && (head.status === 101 || head.status === 200)) {
        wire.onEnd = forget;
        return { ...head, body: new Body(wire, bodyParts(wire, head, true), forget) };
      }
      const bodyless = request.method === 'HEAD';
      const body = new Body(wire, bodyParts(wire, head, bodyless), (whole) => {
        forget();
        if (whole && keepsAlive(head, bodyless) && !sending && wire.quiet) this.#keep(wire);
        else wire.destroy();
      });
      return { ...head, body };
    } catch (error) {
      forget();
      throw error;
    }
  }

  #request(method: string, path: string, options: CallOptions, takeOver: boolean): HttpRequest {
    const prefix = this.#address.kind === 'tcp' ? this.#address.prefix : '';
    const body = options.json === undefined ? options.body : Buffer.from(JSON.stringify(options.json));
    return {
      method,
      target: `${prefix}${versioned(path) ? `/v${this.#version}` : ''}${path}${queryText(options.query)}`,
      headers: {
        Host: this.#address.kind === 'tcp' ? `${this.#address.hostname}:${this.#address.port}` : 'api.moby.localhost',
        'User-Agent': 'Docker-Client/slipway (linux)',
        ...(options.json === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(takeOver ? { Connection: 'Upgrade', Upgrade: 'tcp' } : {}),
        ...this.#options.headers,
        ...options.headers,
      },
      body,
    };
  }

  async #wire(): Promise<{ wire: Wire; used: boolean }> {
    for (let wire = this.#idle.pop(); wire; wire = this.#idle.pop()) {
      if (wire.quiet) {
        wire.hold(true);
        return { wire, used: true };
      }
      wire.destroy();
    }
    try {
      return { wire: await openWire(this.#address, this.#options.tls), used: false };
    } catch (cause) {
      throw connectError(this.host, cause);
    }
  }

  #keep(wire: Wire): void {
    wire.hold(false);
    this.#idle.push(wire);
  }
}

function versioned(path: string): boolean {
  return path !== '/_ping';
}

function isAnswer(status: number, accept: readonly number[] | undefined): boolean {
  return status < 300 || accept?.includes(status) === true;
}

function isStream(body: CallOptions['body']): body is AsyncIterable<Uint8Array> {
  return body !== undefined && !(body instanceof Uint8Array);
}

function isStale(error: unknown): boolean {
  return ['ESTALE', 'ECONNRESET', 'EPIPE'].includes(systemCode(error) ?? '');
}

function asEngineError(error: unknown, host: string, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted || isEngineError(error)) return error;
  if (systemCode(error) === undefined) return error;
  return new EngineError('UNAVAILABLE', `error during connect: the engine at ${host} closed the connection: ${(error as Error).message}`, { cause: error });
}

/** "1.9" is older than "1.24": negative when `a` is older than `b`. */
function compareVersions(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA - majorB || minorA - minorB;
}
