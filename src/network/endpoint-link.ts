import { existsSync, writeFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';

import { EngineError } from '../base/index.ts';
import {
  addressMessage,
  addVeth,
  addVlanLink,
  changeLink,
  deleteDefaultRouteMessage,
  inNetns,
  linkNamed,
  routeMessage,
  rtnetlink,
  upMessage,
} from '../linux/index.ts';
import type { NetlinkMessage } from '../linux/index.ts';
import { bridgeOptions } from './bridge-options.ts';
import type { EndpointRecord, NetworkRecord } from './record.ts';
import { vlanMode } from './vlan-parent.ts';

/** Which endpoint's gateway takes the packets that no other route takes, by family. */
export interface Gateways {
  ipv4: EndpointRecord | undefined;
  ipv6: EndpointRecord | undefined;
}

const sysctlsOption = 'com.docker.network.endpoint.sysctls';

/** Makes the link of an endpoint in the namespace, with addresses, up. Routes are set by `setDefaultRoutes`. */
export function attachLink(netnsPath: string, network: NetworkRecord, endpoint: EndpointRecord, gateways: Gateways): void {
  if (network.driver === 'bridge') addBridgePort(netnsPath, network, endpoint);
  else addVlan(netnsPath, network, endpoint);
  inNetns(netnsPath, () => {
    const link = linkNamed(endpoint.ifName);
    if (!link) throw new EngineError('INTERNAL', `link ${endpoint.ifName} is not in its namespace`);
    writeSettings(endpoint);
    const addresses = [endpoint.ipv4, endpoint.ipv6].flatMap((at) => (at ? [addressMessage(link.index, at)] : []));
    const linkLocal = endpoint.linkLocal.map((address) => addressMessage(link.index, { address, prefix: isIPv6(address) ? 64 : 16 }));
    rtnetlink(...addresses, ...linkLocal, upMessage(link.index), ...defaultRoutes(network, endpoint, gateways, link.index));
  });
}

/** Takes a link out of a namespace; its other end goes with it. */
export function detachLink(netnsPath: string, endpoint: EndpointRecord, deleteLink: (name: string) => void): void {
  inNetns(netnsPath, () => deleteLink(endpoint.ifName));
}

/** After a connect or disconnect: packets leave through the endpoint that is the gateway now. */
export function setDefaultRoutes(netnsPath: string, gateways: Gateways, networkOf: (endpoint: EndpointRecord) => NetworkRecord): void {
  inNetns(netnsPath, () => {
    const routes = new Set([gateways.ipv4, gateways.ipv6]).values().flatMap((endpoint) => {
      const index = endpoint && linkNamed(endpoint.ifName)?.index;
      return endpoint && index ? defaultRoutes(networkOf(endpoint), endpoint, gateways, index) : [];
    });
    rtnetlink(...(gateways.ipv4 ? [] : [deleteDefaultRouteMessage(4)]), ...(gateways.ipv6 ? [] : [deleteDefaultRouteMessage(6)]), ...routes);
  });
}

function addBridgePort(netnsPath: string, network: NetworkRecord, endpoint: EndpointRecord): void {
  const options = bridgeOptions(network.options);
  const bridge = linkNamed(network.link);
  if (!bridge) throw new EngineError('FAILED_PRECONDITION', `bridge ${network.link} of network ${network.name} is gone`);
  addVeth({
    hostName: endpoint.hostLink,
    master: bridge.index,
    netnsPath,
    peerName: endpoint.ifName,
    peerMac: endpoint.mac,
    mtu: options.mtu,
    isolated: !options.icc,
  });
}

function addVlan(netnsPath: string, network: NetworkRecord, endpoint: EndpointRecord): void {
  const parent = linkNamed(network.link);
  if (!parent) throw new EngineError('FAILED_PRECONDITION', `parent link ${network.link} of network ${network.name} is gone`);
  const kind = network.driver === 'ipvlan' ? 'ipvlan' : 'macvlan';
  const mac = kind === 'macvlan' ? { mac: endpoint.mac } : {};
  addVlanLink({ kind, parent: parent.index, mode: vlanMode(network), netnsPath, name: endpoint.ifName, ...mac });
  if (!parent.up) changeLink(parent.index, { up: true });
}

function defaultRoutes(network: NetworkRecord, endpoint: EndpointRecord, gateways: Gateways, link: number): NetlinkMessage[] {
  const viaLink = network.driver === 'ipvlan' && (network.options['ipvlan_mode'] ?? 'l2') !== 'l2';
  const route = (family: 4 | 6, gateway: string | undefined): NetlinkMessage[] => {
    if (viaLink) return [routeMessage({ link, family })];
    return gateway ? [routeMessage({ gateway, link })] : [];
  };
  return [
    ...(gateways.ipv4?.id === endpoint.id ? route(4, endpoint.ipv4?.gateway) : []),
    ...(gateways.ipv6?.id === endpoint.id ? route(6, endpoint.ipv6?.gateway) : []),
  ];
}

/** Settings of the link, while it is down. A link without an IPv6 address has no IPv6 at all: no link-local address, no router it would listen to. */
function writeSettings(endpoint: EndpointRecord): void {
  const ipv6 = `/proc/sys/net/ipv6/conf/${endpoint.ifName}`;
  if (existsSync(ipv6)) {
    writeFileSync(`${ipv6}/disable_ipv6`, endpoint.ipv6 ? '0' : '1');
    if (endpoint.ipv6) writeFileSync(`${ipv6}/accept_ra`, '0');
  }
  for (const setting of (endpoint.driverOpts?.[sysctlsOption] ?? '').split(',').filter(Boolean)) {
    const [name = '', value = ''] = setting.split('=', 2);
    const match = /^net\.(ipv4|ipv6|mpls)\.(conf|neigh)\.IFNAME\.([a-z0-9_]+)$/.exec(name);
    if (!match) throw new EngineError('INVALID_ARGUMENT', `unrecognised network interface sysctl '${name}'; represent 'net.X.Y.ethN.Z' as 'net.X.Y.IFNAME.Z'`);
    writeFileSync(`/proc/sys/net/${match[1]}/${match[2]}/${endpoint.ifName}/${match[3]}`, value);
  }
}
