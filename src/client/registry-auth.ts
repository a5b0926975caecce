import { type AuthConfig, encodeAuthHeader } from '../api/index.ts';

/** The X-Registry-Auth header of one registry's credentials; `{}` without any, which engines expect on every pull and push. */
export function registryAuth(auth: AuthConfig | undefined): Record<string, string> {
  return { 'X-Registry-Auth': encodeAuthHeader(auth ?? {}) };
}
