import type { AuthResponse, AuthConfig } from '../api/index.ts';
import type { Connection } from './types.ts';

/** Has the engine try credentials at their registry. UNAUTHENTICATED or INTERNAL with the registry's words when they are refused. */
export function systemAuth(connection: Connection, auth: AuthConfig): Promise<AuthResponse> {
  return connection.json('POST', '/auth', { json: auth });
}
