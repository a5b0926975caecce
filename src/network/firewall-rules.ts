import { isIPv6 } from 'node:net';

import { formatSetElement } from '../linux/index.ts';
import type { SetElement, SetPart } from '../linux/index.ts';
import { bridgeOptions } from './bridge-options.ts';
import type { NetworkRecord } from './record.ts';
import { mustParseSubnet } from './subnet.ts';
import type { PublishedPort } from './types.ts';

/** A published port with the address it leads to. */
export interface PortRule extends PublishedPort {
  /** Address of the container in the family of `hostIp`. */
  target: string;
  /** Link of the container's network, for networks whose containers are reached by their own address. */
  bridge: string;
}

const chainKinds = ['into', 'outof', 'leaving'];

/** An address that is reached without translation, on the ports that its container publishes. */
export interface OpenPort {
  address: string;
  protocol: string;
  containerPort: number;
}

/** The table without any network, as `nft -f` reads it. `owner` tells engines apart. Everything here is pure text; `firewall.ts` applies it. */
export function tableRules(table: string, owner: string): string {
  return `table inet ${table} {
  comment "${owner}"
  set bridges { type ifname; }
  set loopback { type ipv4_addr . inet_proto . inet_service; }
  set masked4 { type ipv4_addr; flags interval; }
  set masked6 { type ipv6_addr; flags interval; }
  map ports4 { type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service; }
  map ports6 { type ipv6_addr . inet_proto . inet_service : ipv6_addr . inet_service; }
  map anyports4 { type inet_proto . inet_service : ipv4_addr . inet_service; }
  map anyports6 { type inet_proto . inet_service : ipv6_addr . inet_service; }
  set open4 { type ipv4_addr . inet_proto . inet_service; }
  set open6 { type ipv6_addr . inet_proto . inet_service; }
  map into { type ifname : verdict; }
  map outof { type ifname : verdict; }
  map leaving { type ifname : verdict; }
  chain early {
    type filter hook prerouting priority raw; policy accept;
    iifname @bridges ip daddr 127.0.0.0/8 drop
    iifname != "lo" ip daddr . meta l4proto . th dport @loopback drop
  }
  chain publish {
    dnat ip to ip daddr . meta l4proto . th dport map @ports4
    dnat ip to meta l4proto . th dport map @anyports4
    dnat ip6 to ip6 daddr . meta l4proto . th dport map @ports6
    dnat ip6 to meta l4proto . th dport map @anyports6
  }
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    fib daddr type local jump publish
  }
  chain output {
    type nat hook output priority -100; policy accept;
    ip6 daddr ::1 return
    fib daddr type local jump publish
  }
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr 127.0.0.0/8 oifname @bridges masquerade
    oifname vmap @leaving
    ip saddr @masked4 oifname != @bridges masquerade
    ip6 saddr @masked6 oifname != @bridges masquerade
  }
  chain forward {
    type filter hook forward priority filter; policy accept;
    ct state established,related accept
    iifname vmap @outof
    oifname vmap @into
  }
}
`;
}

/** What a bridge network adds to the table: who may come in, who may go out, whose address is hidden. */
export function networkRules(table: string, network: NetworkRecord): string[] {
  const bridge = network.link;
  const options = bridgeOptions(network.options);
  const into = `add rule inet ${table} into-${bridge}`;
  const within = options.icc ? 'accept' : 'drop';
  const subnets = network.ipam
    .map((config) => mustParseSubnet(config.Subnet ?? ''))
    .map((subnet, index) => ({ subnet, text: network.ipam[index]?.Subnet ?? '' }));
  const family = (bits: number): string => (bits === 32 ? 'ip' : 'ip6');
  const mode = (bits: number): string => (bits === 32 ? options.gatewayModeIpv4 : options.gatewayModeIpv6);
  return [
    ...chainKinds.map((kind) => `add chain inet ${table} ${kind}-${bridge}`),
    `add element inet ${table} bridges { "${bridge}" }`,
    ...(network.internal
      ? [`${into} iifname "${bridge}" ${within}`, `${into} drop`, `add rule inet ${table} outof-${bridge} oifname != "${bridge}" drop`]
      : [
          `${into} ct status dnat accept`,
          `${into} iifname "${bridge}" ${within}`,
          ...options.trustedInterfaces.map((name) => `${into} iifname "${name}" accept`),
          ...subnets.flatMap(({ subnet, text }) => unprotected(into, `${family(subnet.bits)} daddr ${text}`, subnet.bits, mode(subnet.bits))),
          `${into} drop`,
        ]),
    // A container that comes back to its own network through a published port must be answered through here.
    ...subnets.map(({ subnet, text }) => `add rule inet ${table} leaving-${bridge} ct status dnat ${family(subnet.bits)} saddr ${text} masquerade`),
    ...maskedElements(table, network, 'add'),
    `add element inet ${table} into { "${bridge}" : jump into-${bridge} }`,
    `add element inet ${table} outof { "${bridge}" : jump outof-${bridge} }`,
    `add element inet ${table} leaving { "${bridge}" : jump leaving-${bridge} }`,
  ];
}

/** Takes a network's rules away again. */
export function networkRulesRemoval(table: string, network: NetworkRecord): string[] {
  const bridge = network.link;
  return [
    ...chainKinds.map((kind) => `delete element inet ${table} ${kind} { "${bridge}" }`),
    `delete element inet ${table} bridges { "${bridge}" }`,
    ...maskedElements(table, network, 'delete'),
    ...chainKinds.flatMap((kind) => [`flush chain inet ${table} ${kind}-${bridge}`, `delete chain inet ${table} ${kind}-${bridge}`]),
  ];
}

/** Elements of the table's sets and maps that publish ports, and open those that are reached by the container's own address. */
export function portElements(ports: readonly PortRule[], open: readonly OpenPort[]): SetElement[] {
  return [...ports.flatMap(publishElements), ...open.map(openElement)];
}

/** The same as commands for `nft -f`. */
export function portRules(table: string, elements: readonly SetElement[]): string[] {
  return elements.map((element) => `add element inet ${table} ${element.set} { ${formatSetElement(element)} }`);
}

function publishElements(port: PortRule): SetElement[] {
  const family = isIPv6(port.hostIp) ? '6' : '4';
  const service: SetPart[] = [{ protocol: port.protocol }, { port: port.hostPort }];
  const value: SetPart[] = [{ address: port.target }, { port: port.containerPort }];
  if (port.hostIp === '0.0.0.0' || port.hostIp === '::') return [{ set: `anyports${family}`, key: service, value }];
  const key: SetPart[] = [{ address: port.hostIp }, ...service];
  const element = { set: `ports${family}`, key, value };
  return port.hostIp.startsWith('127.') ? [element, { set: 'loopback', key }] : [element];
}

function openElement({ address, protocol, containerPort }: OpenPort): SetElement {
  return { set: isIPv6(address) ? 'open6' : 'open4', key: [{ address }, { protocol }, { port: containerPort }] };
}

/** Source addresses that are hidden behind the host's on their way out. */
function maskedElements(table: string, network: NetworkRecord, verb: 'add' | 'delete'): string[] {
  const options = bridgeOptions(network.options);
  if (network.internal || !options.masquerade) return [];
  return network.ipam.flatMap(({ Subnet = '' }) => {
    const four = mustParseSubnet(Subnet).bits === 32;
    const mode = four ? options.gatewayModeIpv4 : options.gatewayModeIpv6;
    return mode.startsWith('nat') ? [`${verb} element inet ${table} masked${four ? 4 : 6} { ${Subnet} }`] : [];
  });
}

function unprotected(into: string, match: string, bits: number, mode: string): string[] {
  if (mode === 'nat-unprotected') return [`${into} ${match} accept`];
  if (mode !== 'routed') return [];
  const [set, address] = bits === 32 ? ['open4', 'ip daddr'] : ['open6', 'ip6 daddr'];
  return [`${into} ${address} . meta l4proto . th dport @${set} accept`, `${into} ${match} meta l4proto { icmp, icmpv6 } accept`];
}
