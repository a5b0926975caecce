import { RegistryRefusal } from './wire-error.ts';

/** What a request is about. Source: OCI distribution-spec, "Endpoints". */
export type Route =
  | { readonly kind: 'base' }
  | { readonly kind: 'catalog' }
  | { readonly kind: 'tags'; readonly name: string }
  | { readonly kind: 'manifest'; readonly name: string; readonly reference: string }
  | { readonly kind: 'blob'; readonly name: string; readonly digest: string }
  | { readonly kind: 'uploads'; readonly name: string }
  | { readonly kind: 'upload'; readonly name: string; readonly id: string }
  | { readonly kind: 'referrers'; readonly name: string; readonly digest: string };

const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const namePattern = new RegExp(`^${component}(?:/${component})*$`);

/** Reads a path, "/v2/library/busybox/manifests/latest". Undefined for what is no part of the protocol; throws NAME_INVALID. */
export function routeOf(path: string): Route | undefined {
  if (path === '/v2' || path === '/v2/') return { kind: 'base' };
  if (path === '/v2/_catalog') return { kind: 'catalog' };
  const parts = /^\/v2\/(.+)\/(tags\/list|manifests\/[^/]+|blobs\/uploads\/?|blobs\/uploads\/[^/]+|blobs\/[^/]+|referrers\/[^/]+)$/.exec(path);
  if (!parts) return undefined;
  const [, name = '', rest = ''] = parts;
  if (!namePattern.test(name) || name.length > 255) throw new RegistryRefusal('NAME_INVALID', 'invalid repository name');
  return endOf(name, rest);
}

function endOf(name: string, rest: string): Route {
  const last = decodeURIComponent(rest.slice(rest.lastIndexOf('/') + 1));
  if (rest === 'tags/list') return { kind: 'tags', name };
  if (rest.startsWith('manifests/')) return { kind: 'manifest', name, reference: last };
  if (rest === 'blobs/uploads' || rest === 'blobs/uploads/') return { kind: 'uploads', name };
  if (rest.startsWith('blobs/uploads/')) return { kind: 'upload', name, id: last };
  if (rest.startsWith('blobs/')) return { kind: 'blob', name, digest: last };
  return { kind: 'referrers', name, digest: last };
}
