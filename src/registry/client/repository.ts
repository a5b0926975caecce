import { EngineError } from '../../base/index.ts';
import { digestOf, documentLimit, isDigest, MediaType, parseDigest } from '../../oci/index.ts';
import type { Digest, Reference } from '../../oci/index.ts';
import { Authorizer } from './authorizer.ts';
import type { Endpoint } from './endpoint.ts';
import { httpCall, readBody } from './http-call.ts';
import type { HttpAnswer, HttpCall } from './http-call.ts';
import type { FetchedBlob, FetchedManifest, RemoteRepository, RepositoryOptions, UploadBlob } from './types.ts';
import { refusalOf } from './wire-errors.ts';

type Call = Omit<HttpCall, 'agent' | 'url' | 'body'> & { readonly url: URL; readonly body?: () => Buffer | AsyncIterable<Uint8Array> };

const manifestTypes = [MediaType.dockerManifest, MediaType.dockerIndex, MediaType.ociManifest, MediaType.ociIndex].join(', ');

/** A repository at one endpoint. */
export class EndpointRepository implements RemoteRepository {
  readonly reference: Reference;
  readonly #endpoint: Endpoint;
  readonly #authorizer: Authorizer;

  constructor(reference: Reference, endpoint: Endpoint, { auth, access = 'pull', signal }: RepositoryOptions) {
    this.reference = reference;
    this.#endpoint = endpoint;
    const scopes = [`repository:${reference.path}:${access === 'push' ? 'pull,push' : 'pull'}`];
    // What was meant for the registry itself is not shown to its mirrors.
    this.#authorizer = new Authorizer(endpoint, { auth: endpoint.mirror ? undefined : auth, scopes, signal });
  }

  /** Rejects where the endpoint does not speak the protocol. */
  async ping(signal?: AbortSignal): Promise<void> {
    const url = new URL('/v2/', this.#endpoint.base);
    const answer = await httpCall({ method: 'GET', url, headers: { ...this.#endpoint.headers }, agent: this.#endpoint.agentFor(url), signal });
    answer.body.resume();
    if (answer.status !== 200 && answer.status !== 401)
      throw new EngineError('UNAVAILABLE', `Get "${url.href}": unexpected status ${answer.status}: this is no registry`);
    if (answer.status === 401) await this.#authorizer.answer(answer);
  }

  async fetchManifest(tagOrDigest: string, { signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<FetchedManifest> {
    const answer = await this.#expect(200, { method: 'GET', url: this.#url(`manifests/${tagOrDigest}`), headers: { accept: manifestTypes }, signal });
    const bytes = await readBody(answer, documentLimit);
    const digest = digestOf(bytes);
    const promised = isDigest(tagOrDigest) ? tagOrDigest : answer.headers['docker-content-digest'];
    if (promised !== undefined && promised !== digest)
      throw new EngineError('DATA_LOSS', `manifest verification failed for digest ${String(promised)}: got ${digest}`);
    return { digest, bytes, mediaType: answer.headers['content-type'] ?? '' };
  }

  async fetchBlob(digest: Digest, { offset = 0, signal }: { readonly offset?: number; readonly signal?: AbortSignal | undefined } = {}): Promise<FetchedBlob> {
    const headers = offset > 0 ? { range: `bytes=${offset}-` } : {};
    const answer = await this.#call({ method: 'GET', url: this.#url(`blobs/${digest}`), headers, signal });
    if (answer.status === 206) return { body: answer.body, offset: rangeStart(answer) };
    if (answer.status === 200) return { body: answer.body, offset: 0 };
    throw await refusalOf(answer);
  }

  async hasBlob(digest: Digest, signal?: AbortSignal): Promise<boolean> {
    const answer = await this.#call({ method: 'HEAD', url: this.#url(`blobs/${digest}`), signal });
    answer.body.resume();
    if (answer.status === 200) return true;
    if (answer.status === 404) return false;
    throw await refusalOf(answer);
  }

  async pushBlob(blob: UploadBlob): Promise<'pushed' | 'mounted'> {
    const started = await this.#startUpload(blob);
    if (started === 'mounted') return started;
    const url = new URL(started);
    url.searchParams.set('digest', blob.digest);
    const headers = { 'content-type': 'application/octet-stream', 'content-length': blob.sizeBytes };
    const answer = await this.#expect(201, { method: 'PUT', url, headers, body: () => counted(blob), signal: blob.signal });
    answer.body.resume();
    return 'pushed';
  }

  async pushManifest(tagOrDigest: string, { mediaType, bytes }: { readonly mediaType: string; readonly bytes: Buffer }, signal?: AbortSignal): Promise<Digest> {
    const headers = { 'content-type': mediaType, 'content-length': bytes.length };
    const answer = await this.#expect(201, { method: 'PUT', url: this.#url(`manifests/${tagOrDigest}`), headers, body: () => bytes, signal });
    answer.body.resume();
    const given = answer.headers['docker-content-digest'];
    return typeof given === 'string' ? parseDigest(given) : digestOf(bytes);
  }

  async tags(signal?: AbortSignal): Promise<readonly string[]> {
    const tags: string[] = [];
    for (let url: URL | undefined = this.#url('tags/list'); url;) {
      const answer: HttpAnswer = await this.#expect(200, { method: 'GET', url, signal });
      const json = JSON.parse((await readBody(answer, documentLimit)).toString('utf8')) as { tags?: unknown };
      if (Array.isArray(json.tags)) tags.push(...json.tags.map(String));
      const next = /<([^>]+)>\s*;\s*rel="?next"?/.exec(String(answer.headers['link'] ?? ''))?.[1];
      url = next === undefined ? undefined : this.#sameHost(new URL(next, url));
    }
    return tags;
  }

  async #startUpload({ digest, mountFrom, signal }: UploadBlob): Promise<URL | 'mounted'> {
    const url = this.#url('blobs/uploads/');
    if (mountFrom !== undefined) {
      url.searchParams.set('mount', digest);
      url.searchParams.set('from', mountFrom);
    }
    const answer = await this.#call({ method: 'POST', url, headers: { 'content-length': 0 }, signal });
    if (answer.status !== 202 && answer.status !== 201) throw await refusalOf(answer);
    answer.body.resume();
    if (answer.status === 201) return 'mounted';
    const { location } = answer.headers;
    if (location === undefined) throw new EngineError('UNAVAILABLE', `${url.host} names no place for the upload`);
    return new URL(location, url);
  }

  #url(path: string): URL {
    return new URL(`${this.#endpoint.base.pathname.replace(/\/$/, '')}/v2/${this.reference.path}/${path}`, this.#endpoint.base);
  }

  #sameHost(url: URL): URL {
    if (url.host !== this.#endpoint.base.host) throw new EngineError('UNAVAILABLE', `${this.#endpoint.base.host} points to ${url.host}: refused`);
    return url;
  }

  async #expect(status: number, call: Call): Promise<HttpAnswer> {
    const answer = await this.#call(call);
    if (answer.status !== status) throw await refusalOf(answer);
    return answer;
  }

  /** Sends a request; once more with credentials when it is asked for them. */
  async #call(call: Call): Promise<HttpAnswer> {
    const answer = await this.#send(call);
    if (answer.status !== 401 || !(await this.#authorizer.answer(answer))) return answer;
    answer.body.resume();
    return await this.#send(call);
  }

  async #send({ body, ...call }: Call): Promise<HttpAnswer> {
    // Uploads may go to another host that the registry names; credentials do not.
    const own = call.url.host === this.#endpoint.base.host ? this.#authorizer.headers() : {};
    return await httpCall({
      ...call,
      headers: { ...this.#endpoint.headers, ...call.headers, ...own },
      agent: this.#endpoint.agentFor(call.url),
      ...(body && { body: body() }),
    });
  }
}

function rangeStart(answer: HttpAnswer): number {
  return Number(/^bytes (\d+)-/.exec(answer.headers['content-range'] ?? '')?.[1] ?? 0);
}

async function* counted({ open, onProgress }: UploadBlob): AsyncGenerator<Uint8Array> {
  let sent = 0;
  for await (const chunk of open()) {
    yield chunk;
    sent += chunk.length;
    onProgress?.(sent);
  }
}
