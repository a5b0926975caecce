import type { IncomingMessage, ServerResponse } from 'node:http';

import type { ContentStore } from '../../content/index.ts';
import { isDigest } from '../../oci/index.ts';
import type { Digest } from '../../oci/index.ts';
import type { Catalog } from './catalog.ts';
import type { Uploads } from './uploads.ts';
import { RegistryRefusal } from './wire-error.ts';

/** What answers are made from. */
export interface RegistryParts {
  readonly content: ContentStore;
  readonly catalog: Catalog;
  readonly uploads: Uploads;
}

/** One request with its answer. */
export interface Exchange extends RegistryParts {
  readonly method: string;
  readonly url: URL;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Sends an answer without or with a small body; HEAD gets the headers only. */
export function answer(
  { method, response }: Exchange,
  status: number,
  { headers = {}, body = '' }: { readonly headers?: Readonly<Record<string, string | number>>; readonly body?: string | Buffer } = {},
): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { 'docker-distribution-api-version': 'registry/2.0', ...(status !== 204 && { 'content-length': bytes.length }), ...headers });
  response.end(method === 'HEAD' ? undefined : bytes);
}

/** The digest of a path or query. Throws DIGEST_INVALID. */
export function digestParameter(text: string | null): Digest {
  if (text !== null && isDigest(text)) return text;
  throw new RegistryRefusal('DIGEST_INVALID', 'provided digest did not match uploaded content');
}

/** Refuses a method that a path has not. */
export function unsupported(): never {
  throw new RegistryRefusal('UNSUPPORTED', 'The operation is unsupported.');
}

/** A page of a sorted list, as `n` and `last` ask, and the query of the next one. Throws PAGINATION_NUMBER_INVALID. */
export function pageOf(names: readonly string[], url: URL): { readonly page: readonly string[]; readonly next?: string } {
  const [n, last] = [url.searchParams.get('n'), url.searchParams.get('last')];
  if (n !== null && !/^\d{1,6}$/.test(n)) throw new RegistryRefusal('PAGINATION_NUMBER_INVALID', 'invalid number of results requested');
  const after = last === null ? names : names.filter((name) => name > last);
  const page = n === null ? after : after.slice(0, Number(n));
  const end = page.at(-1);
  return { page, ...(end !== undefined && page.length < after.length && { next: new URLSearchParams({ n: n ?? '', last: end }).toString() }) };
}
