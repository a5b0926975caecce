import type { Duplex, Readable } from 'node:stream';
import { EngineError, isEngineError, systemCode } from '../base/index.ts';
import { answerError, connectError } from './answer-error.ts';
import { type Host, parseHost } from './host.ts';
import { type HttpRequest, writeRequest } from './http-request.ts';
import { type HttpResponse, readResponse } from './http-response.ts';
import { openSocket } from './open-socket.ts';
import { queryText } from './query.ts';
import type { Answer, CallOptions, Connection, Hijacked, TlsOptions } from './types.ts';

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

class EngineConnection implements Connection {
  readonly host: string;
  readonly #address: Host;
  readonly #options: ConnectOptions;
  readonly #idle: Duplex[] = [];
  /** What makes an idle socket go when the engine closes it, or says something unasked. */
  readonly #drops = new Map<Duplex, () => void>();
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
    const { response } = await this.#exchange(method, path, options, false);
    return response;
  }

  async json<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
    const { body } = await this.call(method, path, options);
    const text = await readText(body);
    return (text.trim() ? JSON.parse(text) : undefined) as T;
  }

  async status(method: string, path: string, options: CallOptions = {}): Promise<number> {
    const { status, body } = await this.call(method, path, options);
    await readText(body);
    return status;
  }

  async hijack(method: string, path: string, options: CallOptions = {}): Promise<Hijacked> {
    const { response, socket } = await this.#exchange(method, path, options, true);
    response.body.destroy();
    unpause(socket);
    return { stream: socket, mediaType: response.headers['content-type'] ?? 'application/vnd.docker.raw-stream' };
  }

  close(): void {
    for (const socket of this.#idle.splice(0)) socket.destroy();
  }

  async #exchange(method: string, path: string, options: CallOptions, takeOver: boolean): Promise<{ response: HttpResponse; socket: Duplex }> {
    if (isStream(options.body)) await this.#learnVersion(options.signal);
    const sent = await this.#send(method, path, options, takeOver);
    const { status, body } = sent.response;
    if (isAnswer(status, options.accept)) {
      if (versioned(path)) this.#versionKnown = true;
      return sent;
    }
    const error = answerError(status, await readText(body));
    if (this.#lowerVersion(error)) return await this.#exchange(method, path, options, takeOver);
    throw error;
  }

  /** A stream can be sent once only, so the version has to be right beforehand. */
  async #learnVersion(signal: AbortSignal | undefined): Promise<void> {
    if (this.#versionKnown) return;
    const { response } = await this.#send('GET', '/_ping', { signal }, false);
    await readText(response.body);
    this.#offer(response.headers['api-version']);
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

  async #send(method: string, path: string, options: CallOptions, takeOver: boolean): Promise<{ response: HttpResponse; socket: Duplex }> {
    const request = this.#request(method, path, options, takeOver);
    for (;;) {
      const { socket, used } = takeOver ? { socket: await this.#open(), used: false } : await this.#socket();
      try {
        return { response: await this.#oneWay(socket, request, options.signal, takeOver), socket };
      } catch (error) {
        socket.destroy();
        // The engine may have closed an idle socket just before this request came: nothing of it was read, so it goes out again.
        if (used && !isStream(options.body) && isStale(error)) continue;
        throw asEngineError(error, this.host, options.signal);
      }
    }
  }

  async #oneWay(socket: Duplex, request: HttpRequest, signal: AbortSignal | undefined, takeOver: boolean): Promise<HttpResponse> {
    signal?.throwIfAborted();
    const abort = (): void => void socket.destroy(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
    signal?.addEventListener('abort', abort, { once: true });
    const forget = (): void => signal?.removeEventListener('abort', abort);
    let sending = true;
    const reading = readResponse(socket, {
      bodyless: request.method === 'HEAD',
      takeOver,
      reusable: () => (forget(), sending || signal?.aborted ? socket.destroy() : this.#keep(socket)),
    });
    const writing = writeRequest(socket, request).then(
      () => (sending = false),
      // The sender's own failure; an engine that hung up early may still have said why.
      (error: unknown) => (systemCode(error) === 'EPIPE' ? undefined : void socket.destroy(error as Error)),
    );
    try {
      const response = await reading;
      if (!(request.body && isStream(request.body))) await writing;
      response.body.once('close', forget);
      if (takeOver) socket.once('close', forget);
      return response;
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

  async #socket(): Promise<{ socket: Duplex; used: boolean }> {
    for (let socket = this.#idle.pop(); socket; socket = this.#idle.pop()) {
      if (socket.destroyed || !socket.writable) continue;
      this.#leave(socket);
      setHeld(socket, true);
      return { socket, used: true };
    }
    return { socket: await this.#open(), used: false };
  }

  async #open(): Promise<Duplex> {
    try {
      return await openSocket(this.#address, this.#options.tls);
    } catch (cause) {
      throw connectError(this.host, cause);
    }
  }

  #keep(socket: Duplex): void {
    const drop = (): void => {
      this.#leave(socket);
      const at = this.#idle.indexOf(socket);
      if (at >= 0) this.#idle.splice(at, 1);
      socket.destroy();
    };
    this.#drops.set(socket, drop);
    socket.on('error', drop).on('close', drop).on('end', drop).on('data', drop);
    setHeld(socket, false);
    this.#idle.push(socket);
  }

  #leave(socket: Duplex): void {
    const drop = this.#drops.get(socket);
    if (drop) socket.off('close', drop).off('end', drop).off('data', drop).off('error', drop);
    this.#drops.delete(socket);
  }
}

/** Reading the head paused the socket explicitly, after which a 'data' listener alone would not start it. A listener for 'readable' that comes and goes forgets that. */
function unpause(socket: Duplex): void {
  const nothing = (): void => undefined;
  socket.on('readable', nothing).off('readable', nothing);
}

/** Whether an idle socket keeps the process alive. */
function setHeld(socket: Duplex, held: boolean): void {
  const handle = socket as Duplex & { ref?: () => void; unref?: () => void };
  if (held) handle.ref?.();
  else handle.unref?.();
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

async function readText(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
