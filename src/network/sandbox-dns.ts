import { inNetns, redirectNameServer } from '../linux/index.ts';
import type { NetworkContext } from './context.ts';
import type { NameView } from './dns-names.ts';
import { DnsServer, dnsAddress } from './dns-server.ts';
import type { DnsView } from './dns-server.ts';
import { chooseGateways, hasWayOut } from './gateway.ts';
import type { SandboxRecord } from './record.ts';
import { hostResolvers, overridesOf, usesOwnResolver } from './sandbox-files.ts';
import { outsideServers } from './resolv-conf.ts';

/** Starts the name server of a sandbox where it needs one. Its ports stay in the record, for the next engine. */
export function startNameServer(context: NetworkContext, sandbox: SandboxRecord): void {
  if (sandbox.mode !== 'private' || context.servers.has(sandbox.containerId) || !usesOwnResolver(context, sandbox)) return;
  const netnsPath = context.pool.path(sandbox.sandboxId);
  const shared = { names: context.names, forwarder: context.forwarder, asker: askerOf(context, sandbox.containerId) };
  if (sandbox.dns) {
    context.servers.set(sandbox.containerId, new DnsServer(netnsPath, shared, sandbox.dns));
    return;
  }
  const server = new DnsServer(netnsPath, shared);
  context.servers.set(sandbox.containerId, server);
  sandbox.dns = { udpPort: server.udpPort, tcpPort: server.tcpPort };
  inNetns(netnsPath, () => redirectNameServer({ address: dnsAddress, udpPort: server.udpPort, tcpPort: server.tcpPort }));
}

export function stopNameServer(context: NetworkContext, containerId: string): void {
  context.servers.get(containerId)?.close();
  context.servers.delete(containerId);
}

function askerOf(context: NetworkContext, containerId: string): DnsView {
  return {
    view: () => nameView(context, containerId),
    servers: () => {
      const sandbox = context.sandboxes.get(containerId);
      return sandbox && hasWayOut(context, sandbox.endpoints) ? outsideServers(hostResolvers(context), overridesOf(sandbox.request)) : [];
    },
  };
}

/** The network that leads outside is asked first, as its names are the ones a reader expects. */
function nameView(context: NetworkContext, containerId: string): NameView {
  const endpoints = context.sandboxes.get(containerId)?.endpoints ?? [];
  const first = chooseGateways(context, endpoints).ipv4;
  const ordered = [...endpoints].sort((a, b) => Number(b === first) - Number(a === first));
  const links = endpoints.flatMap((endpoint) =>
    endpoint.links.map((link): [string, string] => {
      const [target = '', alias = target] = link.replaceAll('/', '').toLowerCase().split(':');
      return [alias, target];
    }),
  );
  return { networks: ordered.map(({ networkId, networkName }) => ({ id: networkId, name: networkName })), links: new Map(links) };
}
