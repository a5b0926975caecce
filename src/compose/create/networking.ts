import type { EndpointSettings } from '../../api/index.ts';
import type { EndpointConfig, Project, Service } from '../../compose-file/index.ts';
import { compact } from './resources.ts';

/** A container's mode and endpoints. */
export interface Networking {
  readonly mode: string;
  readonly endpoints: Readonly<Record<string, Partial<EndpointSettings>>>;
}

/** What names a container in networks. `useAliases` is off for one-off containers: they must not answer for the service. */
export interface NetworkingOptions {
  readonly name: string;
  readonly links: readonly string[];
  readonly useAliases: boolean;
}

/** Networks of a service by priority, the first one gives the default route. */
export function networking(service: Service, project: Project, options: NetworkingOptions): Networking {
  if (service.network_mode !== undefined) return { mode: service.network_mode, endpoints: {} };
  const keys = Object.entries(service.networks ?? {})
    .toSorted(([nameA, a], [nameB, b]) => (b?.priority ?? 0) - (a?.priority ?? 0) || (nameA < nameB ? -1 : 1))
    .map(([key]) => key);
  const endpoints = keys.map((key) => [project.networks[key]?.name ?? key, endpoint(service.networks?.[key] ?? {}, service, options)] as const);
  return { mode: endpoints[0]?.[0] ?? 'none', endpoints: Object.fromEntries(endpoints) };
}

function endpoint(config: EndpointConfig, service: Service, options: NetworkingOptions): Partial<EndpointSettings> {
  const aliases = [options.name, ...(options.useAliases ? [service.name, ...(config.aliases ?? [])] : [])];
  const addresses = compact({ IPv4Address: config.ipv4_address, IPv6Address: config.ipv6_address, LinkLocalIPs: config.link_local_ips });
  const driver = { ...config.driver_opts, ...(config.interface_name === undefined ? {} : { 'com.docker.network.endpoint.ifname': config.interface_name }) };
  return compact({
    Aliases: [...new Set(aliases)],
    Links: options.links,
    MacAddress: config.mac_address ?? service.mac_address,
    GwPriority: config.gw_priority,
    DriverOpts: Object.keys(driver).length ? driver : undefined,
    IPAMConfig: Object.keys(addresses).length ? (addresses as EndpointSettings['IPAMConfig']) : undefined,
  }) as Partial<EndpointSettings>;
}
