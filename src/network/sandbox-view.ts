import type { NetworkContext } from './context.ts';
import type { EndpointRecord, SandboxRecord } from './record.ts';
import { keyOf } from './port-request.ts';
import { sandboxFiles } from './sandbox-files.ts';
import type { EndpointSettings, PortMap, Sandbox } from './types.ts';

/** A sandbox as the engine shows it: Docker's NetworkSettings. */
export function sandboxView(context: NetworkContext, sandbox: SandboxRecord): Sandbox {
  return {
    containerId: sandbox.containerId,
    sandboxId: sandbox.sandboxId,
    netnsPath: sandbox.mode === 'host' ? undefined : context.pool.path(sandbox.sandboxId),
    networks: Object.fromEntries(sandbox.endpoints.map((endpoint) => [endpoint.networkName, settingsOf(endpoint)])),
    ports: portMap(context, sandbox),
    files: sandboxFiles(context, sandbox),
  };
}

function settingsOf(endpoint: EndpointRecord): EndpointSettings {
  return {
    IPAMConfig: endpoint.ipamConfig,
    Links: endpoint.links.length > 0 ? endpoint.links : null,
    Aliases: endpoint.aliases.length > 0 ? endpoint.aliases : null,
    MacAddress: endpoint.mac,
    DriverOpts: endpoint.driverOpts,
    GwPriority: endpoint.gwPriority,
    NetworkID: endpoint.networkId,
    EndpointID: endpoint.id,
    Gateway: endpoint.ipv4?.gateway ?? '',
    IPAddress: endpoint.ipv4?.address ?? '',
    IPPrefixLen: endpoint.ipv4?.prefix ?? 0,
    IPv6Gateway: endpoint.ipv6?.gateway ?? '',
    GlobalIPv6Address: endpoint.ipv6?.address ?? '',
    GlobalIPv6PrefixLen: endpoint.ipv6?.prefix ?? 0,
    DNSNames: endpoint.dnsNames.length > 0 ? endpoint.dnsNames : null,
  };
}

/** Exposed ports with where they are published; empty where nothing can be published. */
function portMap(context: NetworkContext, sandbox: SandboxRecord): PortMap {
  const { request } = sandbox;
  if (sandbox.mode !== 'private' || !sandbox.endpoints.some(({ networkId }) => context.networks.get(networkId)?.internal === false)) return {};
  const exposed = new Set([...Object.keys(request.exposedPorts ?? {}), ...Object.keys(request.portBindings ?? {})].map(keyOf));
  const entries = [...exposed].sort().map((key): [string, PortMap[string]] => {
    const published = sandbox.ports.filter(({ containerPort, protocol }) => `${containerPort}/${protocol}` === key);
    return [key, published.length > 0 ? published.map(({ hostIp, hostPort }) => ({ HostIp: hostIp, HostPort: hostPort ? String(hostPort) : '' })) : null];
  });
  return Object.fromEntries(entries);
}
