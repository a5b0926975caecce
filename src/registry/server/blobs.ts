import { pipeline } from 'node:stream/promises';

import { isDigest } from '../../oci/index.ts';
import type { Digest } from '../../oci/index.ts';
import { answer, digestParameter, unsupported } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import type { Upload } from './uploads.ts';
import { RegistryRefusal } from './wire-error.ts';

/** GET, HEAD, DELETE /v2/NAME/blobs/DIGEST */
export async function blob(exchange: Exchange, name: string, text: string): Promise<void> {
  const digest = digestParameter(text);
  const found = exchange.catalog.hasBlob(name, digest) ? exchange.content.stat(digest) : undefined;
  if (!found) throw new RegistryRefusal('BLOB_UNKNOWN', 'blob unknown to registry');
  if (exchange.method === 'DELETE') return await deleteBlob(exchange, name, digest);
  if (exchange.method !== 'GET' && exchange.method !== 'HEAD') return unsupported();
  await sendBlob(exchange, digest, found.sizeBytes);
}

async function deleteBlob(exchange: Exchange, name: string, digest: Digest): Promise<void> {
  exchange.catalog.deleteBlob(name, digest);
  if (!exchange.catalog.isUsed(digest)) await exchange.content.delete(digest);
  answer(exchange, 202);
}

async function sendBlob(exchange: Exchange, digest: Digest, sizeBytes: number): Promise<void> {
  const range = rangeOf(exchange.request.headers.range, sizeBytes);
  const { start, end } = range ?? { start: 0, end: sizeBytes - 1 };
  const headers = {
    'docker-distribution-api-version': 'registry/2.0',
    'content-type': 'application/octet-stream',
    'content-length': end - start + 1,
    'docker-content-digest': digest,
    'accept-ranges': 'bytes',
    'cache-control': 'max-age=31536000',
    etag: `"${digest}"`,
    ...(range && { 'content-range': `bytes ${start}-${end}/${sizeBytes}` }),
  };
  exchange.response.writeHead(range ? 206 : 200, headers);
  if (exchange.method === 'HEAD' || end < start) exchange.response.end();
  else await pipeline(exchange.content.read(digest, { start, end }), exchange.response);
}

/** One range of bytes; undefined for none, or for several, which may be ignored. Throws RANGE_INVALID. Source: RFC 9110, 14.2. */
function rangeOf(header: string | undefined, sizeBytes: number): { readonly start: number; readonly end: number } | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first);
  const end = first === '' || last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  if (start > end) throw new RegistryRefusal('RANGE_INVALID', 'invalid content range');
  return { start, end };
}

/** POST /v2/NAME/blobs/uploads/: a new upload, a whole blob at once, or a mount from another repository. */
export async function beginUpload(exchange: Exchange, name: string): Promise<void> {
  if (exchange.method !== 'POST') return unsupported();
  const { searchParams } = exchange.url;
  const [mount, from, digest] = [searchParams.get('mount'), searchParams.get('from'), searchParams.get('digest')];
  if (mount !== null && from !== null && isDigest(mount) && exchange.catalog.hasBlob(from, mount) && exchange.content.has(mount)) {
    exchange.catalog.putBlob(name, mount);
    return created(exchange, name, mount);
  }
  const begun = await exchange.uploads.begin(name);
  if (digest !== null) return await finish(exchange, begun, digest);
  answer(exchange, 202, { headers: progressHeaders(begun) });
}

/** GET, PATCH, PUT, DELETE /v2/NAME/blobs/uploads/ID */
export async function upload(exchange: Exchange, name: string, id: string): Promise<void> {
  const found = exchange.uploads.get(name, id);
  switch (exchange.method) {
    case 'GET':
    case 'HEAD':
      return answer(exchange, 204, { headers: progressHeaders(found) });
    case 'PATCH':
      checkStart(exchange, found);
      await exchange.uploads.append(found, exchange.request.iterator({ destroyOnReturn: false }));
      return answer(exchange, 202, { headers: progressHeaders(found) });
    case 'PUT':
      checkStart(exchange, found);
      return await finish(exchange, found, exchange.url.searchParams.get('digest'));
    case 'DELETE':
      await exchange.uploads.end(found);
      return answer(exchange, 204);
    default:
      return unsupported();
  }
}

async function finish(exchange: Exchange, found: Upload, text: string | null): Promise<void> {
  const digest = digestParameter(text);
  await exchange.uploads.append(found, exchange.request.iterator({ destroyOnReturn: false }));
  try {
    const stored = await found.ingest.commit();
    if (stored.digest !== digest) {
      if (!exchange.catalog.isUsed(stored.digest)) await exchange.content.delete(stored.digest);
      throw new RegistryRefusal('DIGEST_INVALID', 'provided digest did not match uploaded content');
    }
    exchange.catalog.putBlob(found.name, digest);
  } finally {
    await exchange.uploads.end(found);
  }
  created(exchange, found.name, digest);
}

/** A chunk must begin where the last one ended. */
function checkStart({ request }: Exchange, { sizeBytes }: Upload): void {
  const range = request.headers['content-range'];
  if (range === undefined) return;
  const [, start] = /^(?:bytes[ =])?(\d+)-\d+/.exec(range) ?? [];
  if (start === undefined || Number(start) !== sizeBytes) throw new RegistryRefusal('RANGE_INVALID', 'invalid content range');
}

function created(exchange: Exchange, name: string, digest: Digest): void {
  answer(exchange, 201, { headers: { location: `/v2/${name}/blobs/${digest}`, 'docker-content-digest': digest } });
}

function progressHeaders({ id, name, sizeBytes }: Upload): Readonly<Record<string, string>> {
  return { location: `/v2/${name}/blobs/uploads/${id}`, 'docker-upload-uuid': id, range: `0-${Math.max(0, sizeBytes - 1)}` };
}
