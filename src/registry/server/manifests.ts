import { isEngineError } from '../../base/index.ts';
import { digestOf, documentLimit, isDigest, isIndex, isTag, MediaType, parseManifest } from '../../oci/index.ts';
import type { Digest, Index, Manifest } from '../../oci/index.ts';
import type { ManifestRow } from './catalog.ts';
import { answer, digestParameter, pageOf, unsupported } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { RegistryRefusal } from './wire-error.ts';

/** GET, HEAD, PUT, DELETE /v2/NAME/manifests/REFERENCE */
export async function manifest(exchange: Exchange, name: string, reference: string): Promise<void> {
  if (!isDigest(reference) && !isTag(reference))
    throw reference.includes(':')
      ? new RegistryRefusal('DIGEST_INVALID', 'invalid digest')
      : new RegistryRefusal('TAG_INVALID', 'manifest tag did not match URI');
  switch (exchange.method) {
    case 'GET':
    case 'HEAD':
      return await sendManifest(exchange, name, reference);
    case 'PUT':
      return await putManifest(exchange, name, reference);
    case 'DELETE':
      return await deleteManifest(exchange, name, reference);
    default:
      return unsupported();
  }
}

async function sendManifest(exchange: Exchange, name: string, reference: string): Promise<void> {
  const { digest, row } = find(exchange, name, reference);
  const body = await exchange.content.readBytes(digest);
  answer(exchange, 200, { headers: { 'content-type': row.mediaType, 'docker-content-digest': digest, etag: `"${digest}"` }, body });
}

function find({ catalog }: Exchange, name: string, reference: string): { readonly digest: Digest; readonly row: ManifestRow } {
  const digest = isDigest(reference) ? reference : catalog.tag(name, reference);
  const row = digest && catalog.manifest(name, digest);
  if (digest && row) return { digest, row };
  throw catalog.has(name)
    ? new RegistryRefusal('MANIFEST_UNKNOWN', 'manifest unknown')
    : new RegistryRefusal('NAME_UNKNOWN', 'repository name not known to registry', { detail: { name } });
}

async function putManifest(exchange: Exchange, name: string, reference: string): Promise<void> {
  const bytes = await readManifest(exchange);
  const digest = digestOf(bytes);
  if (isDigest(reference) && reference !== digest) throw new RegistryRefusal('DIGEST_INVALID', 'provided digest did not match uploaded content');
  const row = rowOf(bytes, exchange.request.headers['content-type'] ?? '');
  checkNames(exchange, name, bytes);
  await exchange.content.put(bytes);
  exchange.catalog.putManifest(name, digest, { row, tag: isDigest(reference) ? undefined : reference });
  const headers = { location: `/v2/${name}/manifests/${digest}`, 'docker-content-digest': digest, ...(row.subject && { 'oci-subject': row.subject }) };
  answer(exchange, 201, { headers });
}

async function readManifest({ request }: Exchange): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // The rest of a body that is refused is read away later, so that the client sees the answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > documentLimit) throw new RegistryRefusal('SIZE_INVALID', `manifest is longer than ${documentLimit} bytes`, { status: 413 });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parsed(bytes: Buffer, contentType = ''): Manifest | Index {
  try {
    return parseManifest(bytes, contentType);
  } catch (error) {
    if (isEngineError(error)) throw new RegistryRefusal('MANIFEST_INVALID', `manifest invalid: ${error.message}`);
    throw error;
  }
}

function rowOf(bytes: Buffer, contentType: string): ManifestRow {
  const document = parsed(bytes, contentType);
  const { subject, artifactType } = JSON.parse(bytes.toString('utf8')) as { subject?: { digest?: unknown }; artifactType?: unknown };
  const about = typeof subject?.digest === 'string' && isDigest(subject.digest) ? subject.digest : undefined;
  const kind = typeof artifactType === 'string' ? artifactType : isIndex(document) ? undefined : document.config.mediaType;
  return {
    mediaType: document.mediaType,
    sizeBytes: bytes.length,
    names: isIndex(document) ? document.manifests.map(({ digest }) => digest) : [document.config.digest, ...document.layers.map(({ digest }) => digest)],
    ...(about && { subject: about }),
    ...(kind !== undefined && { artifactType: kind }),
    ...(document.annotations && { annotations: document.annotations }),
  };
}

/** All that a manifest names must be there already, foreign layers excepted. */
function checkNames({ catalog }: Exchange, name: string, bytes: Buffer): void {
  const document = parsed(bytes);
  if (isIndex(document)) {
    const missing = document.manifests.find(({ digest }) => !catalog.manifest(name, digest));
    if (missing) throw new RegistryRefusal('MANIFEST_BLOB_UNKNOWN', `manifest references a manifest unknown to registry: ${missing.digest}`, { status: 400 });
    return;
  }
  const blobs = [document.config, ...document.layers].filter(({ mediaType }) => mediaType !== MediaType.dockerForeignLayer);
  const missing = blobs.find(({ digest }) => !catalog.hasBlob(name, digest));
  if (missing) throw new RegistryRefusal('MANIFEST_BLOB_UNKNOWN', `manifest references a blob unknown to registry: ${missing.digest}`, { status: 400 });
}

async function deleteManifest(exchange: Exchange, name: string, reference: string): Promise<void> {
  if (!isDigest(reference)) {
    if (!exchange.catalog.untag(name, reference)) throw new RegistryRefusal('MANIFEST_UNKNOWN', 'manifest unknown');
    return answer(exchange, 202);
  }
  if (!exchange.catalog.deleteManifest(name, reference)) throw new RegistryRefusal('MANIFEST_UNKNOWN', 'manifest unknown');
  if (!exchange.catalog.isUsed(reference)) await exchange.content.delete(reference);
  answer(exchange, 202);
}

/** GET /v2/NAME/tags/list */
export function tags(exchange: Exchange, name: string): void {
  if (exchange.method !== 'GET') unsupported();
  if (!exchange.catalog.has(name)) throw new RegistryRefusal('NAME_UNKNOWN', 'repository name not known to registry', { detail: { name } });
  const { page, next } = pageOf(exchange.catalog.tags(name), exchange.url);
  sendPage(exchange, { name, tags: page }, next && `/v2/${name}/tags/list?${next}`);
}

/** GET /v2/_catalog */
export function repositories(exchange: Exchange): void {
  if (exchange.method !== 'GET') unsupported();
  const { page, next } = pageOf(exchange.catalog.repositories(), exchange.url);
  sendPage(exchange, { repositories: page }, next && `/v2/_catalog?${next}`);
}

function sendPage(exchange: Exchange, body: object, next: string | undefined): void {
  answer(exchange, 200, { headers: { 'content-type': 'application/json', ...(next && { link: `<${next}>; rel="next"` }) }, body: JSON.stringify(body) });
}

/** GET /v2/NAME/referrers/DIGEST: manifests whose subject it is. */
export function referrers(exchange: Exchange, name: string, text: string): void {
  if (exchange.method !== 'GET') unsupported();
  const subject = digestParameter(text);
  const wanted = exchange.url.searchParams.get('artifactType');
  const manifests = exchange.catalog
    .manifests(name)
    .filter(([, row]) => row.subject === subject && (wanted === null || row.artifactType === wanted))
    .map(([digest, { mediaType, sizeBytes, artifactType, annotations }]) => ({
      mediaType,
      digest,
      size: sizeBytes,
      ...(artifactType !== undefined && { artifactType }),
      ...(annotations && { annotations }),
    }));
  const headers = { 'content-type': MediaType.ociIndex, ...(wanted !== null && { 'oci-filters-applied': 'artifactType' }) };
  answer(exchange, 200, { headers, body: JSON.stringify({ schemaVersion: 2, mediaType: MediaType.ociIndex, manifests }) });
}
