import { request as httpRequest } from 'node:http';
import type { Agent as HttpAgent, IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Agent as HttpsAgent } from 'node:https';
import { isIP } from 'node:net';
import { Readable } from 'node:stream';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { EngineError, messageOf, systemCode } from '../../base/index.ts';

/** One request. */
export interface HttpCall {
  readonly method: string;
  readonly url: URL;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: Buffer | AsyncIterable<Uint8Array>;
  readonly agent: HttpAgent | HttpsAgent;
  readonly signal?: AbortSignal | undefined;
}

/** Its answer; the caller reads or destroys `body`. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
  readonly url: URL;
}

/** Silence on a connection that ends a transfer. */
const silenceMs = 60_000;
const redirectLimit = 5;

/** Sends a request and follows redirects of GET and HEAD. Credentials stay with the host they are for (CVE-2020-15157). Rejects with UNAVAILABLE, in Docker's words, where nobody answers. */
export async function httpCall(call: HttpCall): Promise<HttpAnswer> {
  let current = call;
  for (let redirects = 0; ; redirects++) {
    const answer = await once(current);
    const location = answer.headers.location;
    if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined || !['GET', 'HEAD'].includes(call.method)) return answer;
    answer.body.destroy();
    if (redirects === redirectLimit) throw new EngineError('UNAVAILABLE', `${verb(call.method)} "${call.url.href}": stopped after ${redirectLimit} redirects`);
    current = redirected(current, new URL(location, current.url));
  }
}

function redirected(call: HttpCall, url: URL): HttpCall {
  if (call.url.protocol === 'https:' && url.protocol !== 'https:')
    throw new EngineError('UNAVAILABLE', `${call.url.href} redirects from https to ${url.protocol}//${url.host}: refused`);
  const { authorization: _, ...headers } = call.headers ?? {};
  return { ...call, url, headers: url.host === call.url.host ? (call.headers ?? {}) : headers };
}

async function once(call: HttpCall): Promise<HttpAnswer> {
  const send = call.url.protocol === 'https:' ? httpsRequest : httpRequest;
  const request = send(call.url, { method: call.method, headers: call.headers ?? {}, agent: call.agent, ...(call.signal && { signal: call.signal }) });
  request.setTimeout(silenceMs, () => request.destroy(new EngineError('UNAVAILABLE', `${call.url.host} said nothing for ${silenceMs / 1000} s`)));
  const answered = new Promise<HttpAnswer>((resolve, reject) => {
    request.on('response', (response) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: response, url: call.url }));
    request.on('error', (error) => reject(unreachable(call, error)));
  });
  const sent = sendBody(call, request);
  // An answer may come before the body is sent, a refusal for example; then the rest of the body does not matter.
  return await Promise.race([answered, sent.then(() => answered)]);
}

async function sendBody(call: HttpCall, request: Writable): Promise<void> {
  if (call.body === undefined || Buffer.isBuffer(call.body)) return void request.end(call.body);
  try {
    await pipeline(Readable.from(call.body, { objectMode: false }), request);
  } catch (error) {
    throw unreachable(call, error);
  }
}

function unreachable(call: HttpCall, error: unknown): unknown {
  if (error instanceof EngineError) return error;
  if (call.signal?.aborted) return call.signal.reason;
  return new EngineError('UNAVAILABLE', `${verb(call.method)} "${call.url.href}": ${reason(call.url, error)}`, { cause: error });
}

/** What Go's net/http would say, as far as people know it. */
function reason(url: URL, error: unknown): string {
  const code = systemCode(error) ?? '';
  const address = dialled(url, error);
  if (code === 'ENOTFOUND') return `dial tcp: lookup ${url.hostname}: no such host`;
  if (code === 'EAI_AGAIN') return `dial tcp: lookup ${url.hostname}: temporary failure in name resolution`;
  if (code === 'ECONNREFUSED') return `dial tcp ${address}: connect: connection refused`;
  if (code === 'EHOSTUNREACH') return `dial tcp ${address}: connect: no route to host`;
  if (code === 'ENETUNREACH') return `dial tcp ${address}: connect: network is unreachable`;
  if (code === 'ETIMEDOUT') return `dial tcp ${address}: i/o timeout`;
  if (certificateErrors.has(code)) return `tls: failed to verify certificate: x509: ${certificateErrors.get(code)}`;
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) return 'http: server gave HTTP response to HTTPS client';
  return messageOf(error);
}

/** The address that was tried first, "[::1]:5000", where the system tells it. */
function dialled(url: URL, error: unknown): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const address = typeof first === 'object' && first !== null && 'address' in first && typeof first.address === 'string' ? first.address : url.hostname;
  return `${isIP(address) === 6 ? `[${address}]` : address}:${url.port || (url.protocol === 'https:' ? 443 : 80)}`;
}

const certificateErrors: ReadonlyMap<string, string> = new Map([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate signed by unknown authority'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'certificate signed by unknown authority'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'certificate signed by unknown authority'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'certificate signed by unknown authority'],
  ['CERT_HAS_EXPIRED', 'certificate has expired or is not yet valid'],
  ['CERT_NOT_YET_VALID', 'certificate has expired or is not yet valid'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate is not valid for this host'],
]);

function verb(method: string): string {
  return method.charAt(0) + method.slice(1).toLowerCase();
}

/** Reads a small body whole. Throws UNAVAILABLE for one over `limitBytes`. */
export async function readBody(answer: HttpAnswer, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limitBytes) throw new EngineError('UNAVAILABLE', `${answer.url.href} answered more than ${limitBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
