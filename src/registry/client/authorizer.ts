import { EngineError } from '../../base/index.ts';
import { parseChallenge } from './challenge.ts';
import type { Challenge } from './challenge.ts';
import type { Endpoint } from './endpoint.ts';
import { httpCall, readBody } from './http-call.ts';
import type { HttpAnswer } from './http-call.ts';
import type { RegistryAuth } from './types.ts';
import { refusalOf } from './wire-errors.ts';

/** What a repository, or the bare registry, is asked for: "repository:library/busybox:pull". */
export interface AuthorizerOptions {
  readonly auth?: RegistryAuth | undefined;
  readonly scopes: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/** Finds the `Authorization` for one endpoint: none until it is asked for, then the one that the challenge wants, kept for later requests. Credentials go to that registry and the token server it names, nowhere else. */
export class Authorizer {
  readonly #endpoint: Endpoint;
  readonly #options: AuthorizerOptions;
  #header: string | undefined;

  constructor(endpoint: Endpoint, options: AuthorizerOptions) {
    this.#endpoint = endpoint;
    this.#options = options;
    const { registrytoken } = options.auth ?? {};
    if (registrytoken) this.#header = `Bearer ${registrytoken}`;
  }

  headers(): { readonly authorization?: string } {
    return this.#header === undefined ? {} : { authorization: this.#header };
  }

  /** After a 401: true when the request is worth another try. Throws where the token server refuses. */
  async answer(challenged: HttpAnswer): Promise<boolean> {
    // A host that the registry only pointed to must not name a token server of its own (CVE-2020-15157).
    if (challenged.url.host !== this.#endpoint.base.host) return false;
    const challenge = parseChallenge(challenged.headers['www-authenticate']);
    const before = this.#header;
    if (!challenge) return false;
    this.#header = challenge.kind === 'basic' ? this.#basic(challenged.url) : `Bearer ${await this.#token(challenge)}`;
    return this.#header !== before;
  }

  #basic(url: URL): string {
    const header = basicHeader(this.#options.auth);
    if (header === undefined) throw new EngineError('UNAUTHENTICATED', `Get "${url.origin}/v2/": no basic auth credentials`);
    return header;
  }

  async #token(challenge: Extract<Challenge, { kind: 'bearer' }>): Promise<string> {
    const realm = new URL(challenge.realm, this.#endpoint.base);
    if (realm.protocol !== 'https:' && this.#endpoint.base.protocol === 'https:')
      throw new EngineError('UNAUTHENTICATED', `the token server ${realm.origin} of ${this.#endpoint.base.host} is not secure: refused`);
    const answer = this.#options.auth?.identitytoken ? await this.#refresh(realm, challenge) : await this.#login(realm, challenge);
    if (answer.status !== 200) throw await refusalOf(answer);
    const json = JSON.parse((await readBody(answer, 1 << 20)).toString('utf8')) as { token?: unknown; access_token?: unknown };
    const token = json.token ?? json.access_token;
    if (typeof token !== 'string') throw new EngineError('UNAUTHENTICATED', `the token server ${realm.origin} sent no token`);
    return token;
  }

  async #login(realm: URL, challenge: Extract<Challenge, { kind: 'bearer' }>): Promise<HttpAnswer> {
    const url = new URL(realm);
    if (challenge.service !== undefined) url.searchParams.set('service', challenge.service);
    for (const scope of this.#scopes(challenge)) url.searchParams.append('scope', scope);
    const authorization = basicHeader(this.#options.auth);
    if (this.#options.auth?.username) url.searchParams.set('account', this.#options.auth.username);
    return await httpCall({
      method: 'GET',
      url,
      headers: { ...this.#endpoint.headers, ...(authorization !== undefined && { authorization }) },
      agent: this.#endpoint.agentFor(url),
      signal: this.#options.signal,
    });
  }

  /** OAuth2 with the refresh token that an earlier login gave. */
  async #refresh(realm: URL, challenge: Extract<Challenge, { kind: 'bearer' }>): Promise<HttpAnswer> {
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: 'slipway',
      refresh_token: this.#options.auth?.identitytoken ?? '',
      service: challenge.service ?? '',
      scope: this.#scopes(challenge).join(' '),
    });
    const headers = { ...this.#endpoint.headers, 'content-type': 'application/x-www-form-urlencoded' };
    return await httpCall({
      method: 'POST',
      url: realm,
      headers,
      body: Buffer.from(form.toString()),
      agent: this.#endpoint.agentFor(realm),
      signal: this.#options.signal,
    });
  }

  #scopes(challenge: Extract<Challenge, { kind: 'bearer' }>): readonly string[] {
    if (this.#options.scopes.length > 0) return this.#options.scopes;
    return challenge.scope === undefined ? [] : challenge.scope.split(' ');
  }
}

function basicHeader(auth: RegistryAuth | undefined): string | undefined {
  if (!auth?.username) return undefined;
  return `Basic ${Buffer.from(`${auth.username}:${auth.password ?? ''}`).toString('base64')}`;
}
