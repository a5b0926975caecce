import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

import { shortId } from '../base/index.ts';
import type { NetworkContext } from './context.ts';
import { dnsAddress } from './dns-server.ts';
import { hostsFile, parseExtraHosts } from './hosts-file.ts';
import type { HostsEntry } from './hosts-file.ts';
import type { SandboxRecord } from './record.ts';
import { internalResolvConf, parseResolvConf, plainResolvConf } from './resolv-conf.ts';
import type { ResolverOverrides, Resolvers } from './resolv-conf.ts';
import type { NetworkFiles, SandboxRequest } from './types.ts';

/** Bodies of /etc/hosts, /etc/resolv.conf and /etc/hostname of a sandbox as it is now. */
export function sandboxFiles(context: NetworkContext, sandbox: SandboxRecord): NetworkFiles {
  const { request } = sandbox;
  const extra = parseExtraHosts(request.extraHosts ?? [], hostGateways(context));
  if (sandbox.mode === 'host') {
    const added = extra.map(({ address, names }) => `${address}\t${names.join(' ')}\n`).join('');
    return {
      hosts: readOr('/etc/hosts', hostsFile([])) + added,
      resolvConf: plainResolvConf(hostResolvers(context), overridesOf(request), ''),
      hostname: `${request.hostname || hostname()}\n`,
    };
  }
  const own = sandbox.endpoints.flatMap(({ ipv4, ipv6 }) => [ipv4, ipv6].flatMap((at) => (at ? [{ address: at.address, names: ownNames(request) }] : [])));
  return {
    hosts: hostsFile([...extra, ...linkEntries(context, sandbox), ...own]),
    resolvConf: usesOwnResolver(context, sandbox)
      ? internalResolvConf(hostResolvers(context), overridesOf(request), dnsAddress)
      : plainResolvConf(hostResolvers(context), overridesOf(request)),
    hostname: `${request.hostname}\n`,
  };
}

/** Containers on any network of the user's ask the engine's name server. */
export function usesOwnResolver(context: NetworkContext, sandbox: SandboxRecord): boolean {
  return sandbox.endpoints.some(({ networkId }) => context.networks.get(networkId)?.predefined === false);
}

/** What the host asks. Read each time: the host may have moved to another network. */
export function hostResolvers(context: NetworkContext): Resolvers {
  return parseResolvConf(readOr(context.options.hostResolvConf ?? '/etc/resolv.conf', ''));
}

export function overridesOf(request: SandboxRequest): ResolverOverrides {
  return { servers: request.dns ?? [], search: request.dnsSearch ?? [], options: request.dnsOptions ?? [] };
}

/** Containers that a container of the default bridge is linked to: "address alias id name". */
function linkEntries(context: NetworkContext, sandbox: SandboxRecord): HostsEntry[] {
  if (usesOwnResolver(context, sandbox)) return [];
  return (sandbox.request.links ?? []).flatMap((link) => {
    const [target = '', alias = target] = link.replaceAll('/', '').split(':');
    const other = [...context.sandboxes.values()].find(({ request, containerId }) => request.containerName === target || containerId.startsWith(target));
    const address = other?.endpoints.find(({ networkName }) => networkName === 'bridge')?.ipv4?.address;
    if (!other || !address) return [];
    return [{ address, names: [...new Set([alias, other.request.hostname || shortId(other.containerId), other.request.containerName])] }];
  });
}

function ownNames({ hostname: name, domainname }: SandboxRequest): string[] {
  return domainname ? [`${name}.${domainname}`, name] : [name];
}

/** Addresses of the host as its containers see it: those of the default bridge. */
function hostGateways(context: NetworkContext): string[] {
  return (context.find('bridge')?.ipam ?? []).flatMap(({ Gateway }) => (Gateway ? [Gateway] : []));
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return otherwise;
  }
}
