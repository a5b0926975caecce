import { attribute, attributesOf, nlm, rtnetlink, u32 } from './netlink.ts';
import type { NetlinkMessage } from './netlink.ts';
import { addressBytes, addressText, familyIpv4, familyIpv6, familyOf } from './netlink-ip.ts';

// Numbers of linux/rtnetlink.h and linux/if_addr.h.
const newAddress = 20;
const delAddress = 21;
const getAddress = 22;
const newRoute = 24;
const getRoute = 26;
const ifa = { address: 1, local: 2, broadcast: 4, flags: 8 } as const;
const noDuplicateDetection = 2;
const rta = { destination: 1, outLink: 4, gateway: 5, priority: 6, table: 15 } as const;
const tableMain = 254;
const protocolBoot = 3;
const scopeUniverse = 0;
const scopeLink = 253;
const typeUnicast = 1;
/** Unicast, blackhole, unreachable, prohibit: routes that say what becomes of packets for others. */
const typesOfRoutes: ReadonlySet<number> = new Set([1, 6, 7, 8]);

/** An address with the length of its prefix: {address: "172.17.0.2", prefix: 16}. */
export interface LinkAddress {
  address: string;
  prefix: number;
}

/** A route of any table; an empty `destination` is the default route. */
export interface Route {
  family: 4 | 6;
  destination: string;
  prefix: number;
  /** Link index; 0 for routes without. */
  link: number;
  gateway: string | undefined;
  table: number;
}

/** Message that adds an address; without duplicate detection, because the pools already know who has it. */
export function addressMessage(link: number, { address, prefix }: LinkAddress, allow: readonly string[] = []): NetlinkMessage {
  const bytes = addressBytes(address);
  const body = Buffer.concat([
    addressHeader(familyOf(bytes), prefix, link, noDuplicateDetection),
    attribute(ifa.local, bytes),
    attribute(ifa.address, bytes),
    ...(bytes.length === 4 && prefix < 31 ? [attribute(ifa.broadcast, broadcastOf(bytes, prefix))] : []),
    u32(ifa.flags, noDuplicateDetection),
  ]);
  return { type: newAddress, flags: nlm.create | nlm.replace, body, what: `add address ${address}/${prefix}`, allow };
}

export function deleteAddress(link: number, { address, prefix }: LinkAddress): void {
  const bytes = addressBytes(address);
  const body = Buffer.concat([addressHeader(familyOf(bytes), prefix, link, 0), attribute(ifa.local, bytes)]);
  rtnetlink({ type: delAddress, flags: 0, body, what: `delete address ${address}/${prefix}`, allow: ['EADDRNOTAVAIL', 'ENODEV'] });
}

/** Message for a route of the main table: to `destination` (default route without one) through a gateway, a link or both. */
export function routeMessage(route: { gateway?: string; link?: number; destination?: LinkAddress; family?: 4 | 6; priority?: number }): NetlinkMessage {
  const target = route.destination && addressBytes(route.destination.address);
  const gateway = route.gateway === undefined ? undefined : addressBytes(route.gateway);
  const family = target || gateway ? familyOf(target ?? gateway ?? Buffer.alloc(4)) : route.family === 6 ? familyIpv6 : familyIpv4;
  const head = Buffer.from([
    family,
    route.destination?.prefix ?? 0,
    0,
    0,
    tableMain,
    protocolBoot,
    gateway ? scopeUniverse : scopeLink,
    typeUnicast,
    0,
    0,
    0,
    0,
  ]);
  const body = Buffer.concat([
    head,
    ...(target ? [attribute(rta.destination, target)] : []),
    ...(gateway ? [attribute(rta.gateway, gateway)] : []),
    ...(route.link === undefined ? [] : [u32(rta.outLink, route.link)]),
    ...(route.priority === undefined ? [] : [u32(rta.priority, route.priority)]),
  ]);
  const to = route.destination ? `${route.destination.address}/${route.destination.prefix}` : 'default';
  return { type: newRoute, flags: nlm.create | nlm.replace, body, what: `add route ${to}${route.gateway ? ` via ${route.gateway}` : ''}` };
}

/** Message that removes the default route of a family; none is fine. */
export function deleteDefaultRouteMessage(family: 4 | 6): NetlinkMessage {
  const body = Buffer.from([family === 4 ? familyIpv4 : familyIpv6, 0, 0, 0, tableMain, 0, scopeUniverse, 0, 0, 0, 0, 0]);
  return { type: newRoute + 1, flags: 0, body, what: 'delete default route', allow: ['ESRCH', 'ENOENT'] };
}

/** Addresses of the current namespace with the index of their link. */
export function listAddresses(): (LinkAddress & { link: number })[] {
  const answers = rtnetlink({ type: getAddress, flags: nlm.dump, body: addressHeader(0, 0, 0, 0), what: 'list addresses' });
  return answers.flatMap(({ body }) => {
    const attributes = attributesOf(body, 8);
    const bytes = attributes.get(ifa.local) ?? attributes.get(ifa.address);
    return bytes ? [{ address: addressText(bytes), prefix: body.readUInt8(1), link: body.readUInt32LE(4) }] : [];
  });
}

/** Routes of every table of the current namespace, without those to its own addresses and to groups. */
export function listRoutes(): Route[] {
  const answers = rtnetlink({ type: getRoute, flags: nlm.dump, body: Buffer.alloc(12), what: 'list routes' });
  return answers.filter(({ body }) => typesOfRoutes.has(body.readUInt8(7))).map(({ body }) => routeOf(body));
}

function routeOf(body: Buffer): Route {
  const attributes = attributesOf(body, 12);
  const destination = attributes.get(rta.destination);
  const gateway = attributes.get(rta.gateway);
  return {
    family: body.readUInt8(0) === familyIpv4 ? 4 : 6,
    destination: destination ? addressText(destination) : '',
    prefix: body.readUInt8(1),
    link: attributes.get(rta.outLink)?.readUInt32LE(0) ?? 0,
    gateway: gateway && addressText(gateway),
    table: attributes.get(rta.table)?.readUInt32LE(0) ?? body.readUInt8(4),
  };
}

/** struct ifaddrmsg */
function addressHeader(family: number, prefix: number, link: number, flags: number): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(family, 0);
  header.writeUInt8(prefix, 1);
  header.writeUInt8(flags, 2);
  header.writeUInt32LE(link, 4);
  return header;
}

function broadcastOf(address: Buffer, prefix: number): Buffer {
  const host = prefix === 0 ? 0xffffffff : 2 ** (32 - prefix) - 1;
  const result = Buffer.alloc(4);
  result.writeUInt32BE((address.readUInt32BE(0) | host) >>> 0);
  return result;
}
