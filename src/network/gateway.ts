import type { NetworkContext } from './context.ts';
import type { Gateways } from './endpoint-link.ts';
import type { EndpointRecord } from './record.ts';

/** The endpoints whose gateways a container uses: highest priority first, then by the network's name. Internal networks lead nowhere. */
export function chooseGateways(context: NetworkContext, endpoints: readonly EndpointRecord[]): Gateways {
  const outward = endpoints
    .filter(({ networkId }) => context.networks.get(networkId)?.internal === false)
    .sort((a, b) => b.gwPriority - a.gwPriority || (a.networkName < b.networkName ? -1 : 1));
  const leads = (endpoint: EndpointRecord, family: 'ipv4' | 'ipv6'): boolean => {
    const network = context.networks.get(endpoint.networkId);
    return endpoint[family]?.gateway !== undefined || (endpoint[family] !== undefined && network?.driver === 'ipvlan');
  };
  return { ipv4: outward.find((endpoint) => leads(endpoint, 'ipv4')), ipv6: outward.find((endpoint) => leads(endpoint, 'ipv6')) };
}

/** True when a container can reach beyond its networks; only then its name queries may, too. */
export function hasWayOut(context: NetworkContext, endpoints: readonly EndpointRecord[]): boolean {
  const { ipv4, ipv6 } = chooseGateways(context, endpoints);
  return ipv4 !== undefined || ipv6 !== undefined;
}
