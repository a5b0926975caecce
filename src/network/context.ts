import { EngineError, shortId } from '../base/index.ts';
import type { Records, State } from '../state/index.ts';
import { DnsForwarder } from './dns-forward.ts';
import { NameIndex } from './dns-names.ts';
import type { DnsServer } from './dns-server.ts';
import { Firewall } from './firewall.ts';
import { AddressBook } from './ipam.ts';
import { NetnsPool } from './netns-pool.ts';
import { PortAllocator } from './port-allocator.ts';
import { firewallContents } from './sandbox-ports.ts';
import type { EndpointRecord, NetworkRecord, SandboxRecord } from './record.ts';
import type { NetworkStoreOptions } from './types.ts';

/** All that the verbs of this room share: records with their copies in memory, and the hands that touch the kernel. */
export class NetworkContext {
  readonly options: NetworkStoreOptions;
  /** By id, oldest first. */
  readonly networks = new Map<string, NetworkRecord>();
  /** By container id. */
  readonly sandboxes = new Map<string, SandboxRecord>();
  readonly servers = new Map<string, DnsServer>();
  readonly names = new NameIndex();
  readonly forwarder = new DnsForwarder();
  readonly ports = new PortAllocator();
  readonly firewall: Firewall;
  readonly pool: NetnsPool;
  readonly #books = new Map<string, AddressBook[]>();
  readonly #networkRecords: Records<NetworkRecord>;
  readonly #sandboxRecords: Records<SandboxRecord>;

  constructor(options: NetworkStoreOptions, state: State) {
    this.options = options;
    this.firewall = new Firewall(options.nftTable, options.netnsDir, () => firewallContents(this));
    this.pool = new NetnsPool(options.netnsDir);
    this.#networkRecords = state.records('network');
    this.#sandboxRecords = state.records('sandbox');
    for (const network of this.#networkRecords.all()) this.#remember(network);
    for (const sandbox of this.#sandboxRecords.all()) this.sandboxes.set(sandbox.containerId, sandbox);
  }

  /** By full id, name, or unique prefix of an id; undefined when unknown. Throws INVALID_ARGUMENT for an ambiguous prefix. */
  find(nameOrId: string): NetworkRecord | undefined {
    const known = this.networks.get(nameOrId) ?? [...this.networks.values()].find(({ name }) => name === nameOrId);
    if (known || nameOrId === '') return known;
    const matches = [...this.networks.values()].filter(({ id }) => id.startsWith(nameOrId));
    if (matches.length > 1) throw new EngineError('INVALID_ARGUMENT', `network ${nameOrId} is ambiguous (${matches.length} matches found based on ID prefix)`);
    return matches[0];
  }

  resolve(nameOrId: string): NetworkRecord {
    const network = this.find(nameOrId === 'default' ? 'bridge' : nameOrId);
    if (!network) throw new EngineError('NOT_FOUND', `network ${nameOrId} not found`);
    return network;
  }

  putNetwork(network: NetworkRecord): void {
    this.#networkRecords.put(network.id, network);
    this.#remember(network);
  }

  deleteNetwork(network: NetworkRecord): void {
    this.#networkRecords.delete(network.id);
    this.networks.delete(network.id);
    this.#books.delete(network.id);
  }

  putSandbox(sandbox: SandboxRecord): void {
    this.#sandboxRecords.put(sandbox.containerId, sandbox);
    this.sandboxes.set(sandbox.containerId, sandbox);
  }

  deleteSandbox(containerId: string): void {
    this.#sandboxRecords.delete(containerId);
    this.sandboxes.delete(containerId);
  }

  /** The address book of a network in one family; undefined where the network has none. */
  book(networkId: string, bits: 32 | 128, address?: string): AddressBook | undefined {
    const books = this.#books.get(networkId)?.filter(({ subnet }) => subnet.bits === bits) ?? [];
    return address ? books.find((book) => book.has(address)) : books[0];
  }

  releaseAddresses(endpoint: EndpointRecord): void {
    for (const at of [endpoint.ipv4, endpoint.ipv6]) {
      if (at) this.book(endpoint.networkId, at.address.includes(':') ? 128 : 32, at.address)?.release(at.address);
    }
  }

  /** Running containers on a network. */
  endpointsOf(networkId: string): EndpointRecord[] {
    return [...this.sandboxes.values()].flatMap(({ endpoints }) => endpoints.filter((endpoint) => endpoint.networkId === networkId));
  }

  #remember(network: NetworkRecord): void {
    this.networks.set(network.id, network);
    if (!network.configOnly)
      this.#books.set(
        network.id,
        network.ipam.map((config) => new AddressBook(config)),
      );
  }
}

/** Names that a container has on a user network: its own, its aliases, its short id, its host name; no name twice. */
export function dnsNamesOf(container: { containerName: string; containerId: string; hostname: string }, aliases: readonly string[]): string[] {
  return [...new Set([container.containerName, ...aliases, shortId(container.containerId), container.hostname].filter(Boolean))];
}
