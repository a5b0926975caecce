import { isIP } from 'node:net';

import type { EndpointRecord } from './record.ts';
import { normalAddress } from './subnet.ts';
import { upsert } from './upsert.ts';

/** What one sandbox may ask: its networks in order of preference, and names that only it knows (links). */
export interface NameView {
  networks: readonly { id: string; name: string }[];
  /** "alias" → name or alias of a container on one of the networks. */
  links: ReadonlyMap<string, string>;
}

/** Names of all endpoints of user networks. One name may stand for many endpoints: replicas of a service. */
export class NameIndex {
  readonly #byNetwork = new Map<string, Map<string, Set<EndpointRecord>>>();
  #turn = 0;

  add(endpoint: EndpointRecord): void {
    const names = upsert(this.#byNetwork, endpoint.networkId, () => new Map<string, Set<EndpointRecord>>());
    for (const name of endpoint.dnsNames) upsert(names, name.toLowerCase(), () => new Set()).add(endpoint);
  }

  remove(endpoint: EndpointRecord): void {
    const names = this.#byNetwork.get(endpoint.networkId);
    for (const [name, endpoints] of names ?? []) if (endpoints.delete(endpoint) && endpoints.size === 0) names?.delete(name);
    if (names?.size === 0) this.#byNetwork.delete(endpoint.networkId);
  }

  /**
   * Endpoints that `name` means, of the first network that knows it; "name.network" asks one network. Each call begins
   * with another endpoint, so that clients that take the first answer spread over all. Undefined: the name is not ours.
   */
  lookup(view: NameView, name: string): EndpointRecord[] | undefined {
    const meant = view.links.get(name) ?? name;
    for (const network of view.networks) {
      const names = this.#byNetwork.get(network.id);
      const suffix = `.${network.name.toLowerCase()}`;
      const found = names?.get(meant) ?? (meant.endsWith(suffix) ? names?.get(meant.slice(0, -suffix.length)) : undefined);
      if (found) return rotate([...found], this.#turn++);
    }
    return undefined;
  }

  /** The container that has `address` on one of the networks: "name.network". */
  reverse(view: NameView, address: string): string | undefined {
    if (!isIP(address)) return undefined;
    const wanted = normalAddress(address);
    for (const network of view.networks) {
      for (const endpoints of this.#byNetwork.get(network.id)?.values() ?? []) {
        for (const endpoint of endpoints) {
          if (endpoint.ipv4?.address === wanted || endpoint.ipv6?.address === wanted) return `${endpoint.dnsNames[0]}.${network.name}`;
        }
      }
    }
    return undefined;
  }
}

function rotate<T>(items: T[], turn: number): T[] {
  const at = turn % items.length;
  return [...items.slice(at), ...items.slice(0, at)];
}
