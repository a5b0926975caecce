import type { Filters } from '../api/index.ts';
import { checkFilters, matchesFilter, matchesLabels } from '../api/index.ts';
import type { NetworkContext } from './context.ts';
import type { EndpointRecord, NetworkRecord } from './record.ts';
import type { IpamConfig, NetworkContainer, NetworkResource } from './types.ts';

/** A network as the API shows it, with its running containers. */
export function networkView(
  context: NetworkContext,
  network: NetworkRecord,
  endpoints: readonly EndpointRecord[] = context.endpointsOf(network.id),
): NetworkResource {
  return {
    Name: network.name,
    Id: network.id,
    Created: network.created,
    Scope: 'local',
    Driver: network.driver,
    EnableIPv4: network.ipv4,
    EnableIPv6: network.ipv6,
    IPAM: { Driver: network.ipamDriver, Options: network.ipamOptions, Config: ipamOf(context, network) },
    Internal: network.internal,
    Attachable: network.attachable,
    Ingress: network.ingress,
    ConfigFrom: { Network: network.configFrom },
    ConfigOnly: network.configOnly,
    Containers: Object.fromEntries(endpoints.map((endpoint) => [endpoint.containerId, containerOf(context, endpoint)])),
    Options: network.options,
    Labels: network.labels,
  };
}

/** Networks that pass the API's filters, without their containers. Throws INVALID_ARGUMENT for a filter that Docker does not know. */
export function listNetworks(context: NetworkContext, filters: Filters = {}): NetworkResource[] {
  checkFilters(filters, ['dangling', 'driver', 'id', 'label', 'name', 'scope', 'type']);
  const passes = (network: NetworkRecord): boolean =>
    matchesFilter(filters, 'driver', (value) => network.driver === value) &&
    matchesFilter(filters, 'id', (value) => network.id.startsWith(value)) &&
    matchesFilter(filters, 'name', (value) => network.name.includes(value.replace(/^\^|\$$/g, '')) && matchesAnchors(network.name, value)) &&
    matchesFilter(filters, 'scope', (value) => value === 'local') &&
    matchesFilter(filters, 'type', (value) => value === (network.predefined ? 'builtin' : 'custom')) &&
    matchesFilter(filters, 'dangling', (value) => isTrue(value) === (!network.predefined && context.endpointsOf(network.id).length === 0)) &&
    matchesLabels(filters, network.labels);
  return [...context.networks.values()].filter(passes).map((network) => networkView(context, network, []));
}

/** A network that takes its configuration from another one shows what that one says. */
function ipamOf(context: NetworkContext, network: NetworkRecord): IpamConfig[] | null {
  const source = network.configFrom ? context.find(network.configFrom) : undefined;
  const ipam = source && source.ipam.length > 0 ? source.ipam : network.ipam;
  return ipam.length > 0 ? ipam : null;
}

function containerOf(context: NetworkContext, endpoint: EndpointRecord): NetworkContainer {
  const at = (place: EndpointRecord['ipv4']): string => (place ? `${place.address}/${place.prefix}` : '');
  return {
    Name: context.sandboxes.get(endpoint.containerId)?.request.containerName ?? '',
    EndpointID: endpoint.id,
    MacAddress: endpoint.mac,
    IPv4Address: at(endpoint.ipv4),
    IPv6Address: at(endpoint.ipv6),
  };
}

/** Scripts ask for a whole name as "^name$". */
function matchesAnchors(name: string, value: string): boolean {
  const bare = value.replace(/^\^|\$$/g, '');
  return (!value.startsWith('^') || name.startsWith(bare)) && (!value.endsWith('$') || name.endsWith(bare));
}

function isTrue(value: string): boolean {
  return value === 'true' || value === '1';
}
