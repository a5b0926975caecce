import { EngineError } from '../base/index.ts';
import { isDigest } from './digest.ts';
import type { Digest } from './digest.ts';

/** A normalised image name: "busybox" is domain "docker.io", path "library/busybox". Source: distribution/reference. */
export interface Reference {
  /** Registry host, with port where one is given: "docker.io", "localhost:5000". */
  readonly domain: string;
  readonly path: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

const hub = 'docker.io';
const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const pathPattern = new RegExp(`^${component}(?:/${component})*$`);
const hostComponent = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const domainPattern = new RegExp(`^(?:${hostComponent}(?:\\.${hostComponent})*|\\[(?:[a-fA-F0-9:]+)\\])(?::[0-9]+)?$`);
const tagPattern = /^\w[\w.-]{0,127}$/;

/** Reads a name as people write it: "busybox", "localhost:5000/app:1", "repo@sha256:…". Keeps a missing tag missing. Throws INVALID_ARGUMENT in Docker's words. */
export function parseReference(text: string): Reference {
  if (/^[0-9a-f]{64}$/.test(text)) throw invalid(`invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`);
  const { name, digest } = splitDigest(text);
  const { rest, tag } = splitTag(name);
  const { domain, path } = splitDomain(rest);
  if (path !== path.toLowerCase()) throw invalid(`invalid reference format: repository name (${path}) must be lowercase`);
  if (!domainPattern.test(domain) || !pathPattern.test(path)) throw invalid('invalid reference format');
  if (tag !== undefined && !tagPattern.test(tag)) throw invalid('invalid reference format');
  if (domain.length + path.length + 1 > 255) throw invalid('repository name must not be more than 255 characters');
  return { domain, path, ...(tag !== undefined && { tag }), ...(digest && { digest }) };
}

/** The reference with tag "latest" where it has neither tag nor digest. */
export function withDefaultTag(reference: Reference): Reference {
  return reference.tag === undefined && reference.digest === undefined ? { ...reference, tag: 'latest' } : reference;
}

/** True for what may stand after the colon. */
export function isTag(text: string): boolean {
  return tagPattern.test(text);
}

/** Domain and path, as records and scopes name a repository: "docker.io/library/busybox". */
export function repositoryOf({ domain, path }: Reference): string {
  return `${domain}/${path}`;
}

/** The repository as people write it: "busybox", "me/app", "localhost:5000/app". */
export function familiarName({ domain, path }: Reference): string {
  if (domain !== hub) return `${domain}/${path}`;
  return path.startsWith('library/') && !path.slice(8).includes('/') ? path.slice(8) : path;
}

/** The whole reference as people write it: "busybox:latest". */
export function familiarReference(reference: Reference): string {
  return familiarName(reference) + suffixOf(reference);
}

/** The whole reference, normalised: "docker.io/library/busybox:latest". The key of records. */
export function formatReference(reference: Reference): string {
  return repositoryOf(reference) + suffixOf(reference);
}

function suffixOf({ tag, digest }: Reference): string {
  return (tag === undefined ? '' : `:${tag}`) + (digest === undefined ? '' : `@${digest}`);
}

function splitDigest(text: string): { readonly name: string; readonly digest?: Digest } {
  const at = text.indexOf('@');
  if (at < 0) return { name: text };
  const digest = text.slice(at + 1);
  if (!isDigest(digest)) throw invalid('invalid reference format');
  return { name: text.slice(0, at), digest };
}

function splitTag(name: string): { readonly rest: string; readonly tag?: string } {
  const colon = name.lastIndexOf(':');
  if (colon < 0 || name.indexOf('/', colon) >= 0) return { rest: name };
  return { rest: name.slice(0, colon), tag: name.slice(colon + 1) };
}

/** The first component is a host when it has a dot or a port, is "localhost", or has upper-case letters. */
function splitDomain(name: string): { readonly domain: string; readonly path: string } {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  const isHost = slash >= 0 && (/[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first);
  const domain = isHost ? first : hub;
  const path = isHost ? name.slice(slash + 1) : name;
  const official = domain === 'index.docker.io' ? hub : domain;
  return { domain: official, path: official === hub && !path.includes('/') ? `library/${path}` : path };
}

function invalid(message: string): EngineError {
  return new EngineError('INVALID_ARGUMENT', message);
}
