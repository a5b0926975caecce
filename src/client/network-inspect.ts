import type { NetworkInspect } from '../api/index.ts';
import { segment } from './query.ts';
import type { Connection } from './types.ts';

/** All about a network, by name, id or prefix, with its containers. */
export function networkInspect(connection: Connection, name: string, options: { verbose?: boolean; scope?: string } = {}): Promise<NetworkInspect> {
  return connection.json('GET', `/networks/${segment(name)}`, { query: { verbose: options.verbose || undefined, scope: options.scope } });
}
