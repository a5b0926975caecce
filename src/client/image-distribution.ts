import type { DistributionInspect, AuthConfig } from '../api/index.ts';
import { segment } from './query.ts';
import { registryAuth } from './registry-auth.ts';
import type { Connection } from './types.ts';

/** What the registry has under a name, without pulling it. */
export function imageDistribution(connection: Connection, name: string, auth?: AuthConfig): Promise<DistributionInspect> {
  return connection.json('GET', `/distribution/${segment(name)}/json`, { headers: registryAuth(auth) });
}
