import { EngineError } from '../base/index.ts';

/** Credentials for one registry; an identity token stands for user and password. */
export interface AuthConfig {
  readonly username?: string;
  readonly password?: string;
  readonly auth?: string;
  readonly email?: string;
  readonly serveraddress?: string;
  readonly identitytoken?: string;
  readonly registrytoken?: string;
}

/** The answer of `POST /auth`. */
export interface AuthResponse {
  readonly Status: string;
  readonly IdentityToken: string;
}

/** The header `X-Registry-Auth` (one registry) or `X-Registry-Config` (by host): JSON in base64url. */
export function encodeAuthHeader(value: AuthConfig | Readonly<Record<string, AuthConfig>>): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** Reads `encodeAuthHeader`'s text; both base64 alphabets, padded or not. Absent and empty headers give `{}`. */
export function decodeAuthHeader<T extends object = AuthConfig>(header: string | undefined): T {
  if (!header) return {} as T;
  try {
    const value: unknown = JSON.parse(Buffer.from(header, 'base64').toString());
    if (typeof value === 'object' && value !== null) return value as T;
  } catch (cause) {
    throw new EngineError('INVALID_ARGUMENT', 'invalid X-Registry-Auth header: invalid JSON or base64', { cause });
  }
  return {} as T;
}
