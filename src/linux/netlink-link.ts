import { closeSync, openSync } from 'node:fs';

import { attribute, attributesOf, nest, nlm, rtnetlink, text, u16, u32, u8 } from './netlink.ts';
import type { NetlinkMessage } from './netlink.ts';

// Numbers of linux/rtnetlink.h and linux/if_link.h.
const newLink = 16;
const delLink = 17;
const getLink = 18;
const ifla = { address: 1, name: 3, mtu: 4, link: 5, master: 10, linkInfo: 18, alias: 20, netnsFd: 28 } as const;
const info = { kind: 1, data: 2, slaveKind: 4, slaveData: 5 } as const;
const newNeighbour = 28;
const neighbourMac = 2;
const neighbourStatic = 0x40;
const neighbourMaster = 0x04;
const neighbourSticky = 0x40;
const familyBridge = 7;
const vethPeer = 1;
const portMode = 4;
const portIsolated = 33;
const flagUp = 1;
const flagLoopback = 8;

/** A link of the current namespace. */
export interface Link {
  index: number;
  name: string;
  up: boolean;
  loopback: boolean;
  /** "02:42:ac:11:00:02"; empty for links without one. */
  mac: string;
  mtu: number;
  /** Index of the bridge it is a port of; 0 for none. */
  master: number;
  /** "veth", "bridge", "ipvlan" …; empty for real devices. */
  kind: string;
  /** What its maker noted; empty for nothing. */
  alias: string;
}

/** A pair of links: one end here, a port of a bridge; the other is born inside the container's namespace. */
export interface VethPair {
  hostName: string;
  /** Index of the bridge. */
  master: number;
  netnsPath: string;
  peerName: string;
  peerMac: string;
  mtu: number;
  /** Ports that are isolated see the bridge, not one another: how `enable_icc=false` is kept. */
  isolated: boolean;
}

/**
 * Makes a veth pair in one message, host end up. The bridge is told which address is behind the port, and keeps it there: the
 * port of an earlier container with the same address may live on for a moment. Frames may return through the port they came from (hairpin):
 * with `bridge-nf-call-iptables=1` a container reaches its own published port only so.
 */
export function addVeth(pair: VethPair): void {
  const netns = openSync(pair.netnsPath, 'r');
  try {
    const [link] = rtnetlink(vethMessage(pair, netns), portMessage(pair), readMessage(pair.hostName));
    if (link) rtnetlink(portAddressMessage(linkOf(link.body).index, pair.peerMac));
  } finally {
    closeSync(netns);
  }
}

export interface BridgeRequest {
  name: string;
  mac: string;
  mtu: number;
  /** Note on the link that tells whose it is; `Link.alias` shows it again. */
  alias: string;
}

/** Makes a bridge, down. Its address is fixed, so it does not change with its ports. */
export function addBridge(request: BridgeRequest): number {
  const body = Buffer.concat([
    linkHeader(),
    text(ifla.name, request.name),
    u32(ifla.mtu, request.mtu),
    attribute(ifla.address, macBytes(request.mac)),
    nest(ifla.linkInfo, text(info.kind, 'bridge')),
  ]);
  const note = Buffer.concat([linkHeader(), text(ifla.name, request.name), text(ifla.alias, request.alias)]);
  rtnetlink(
    { type: newLink, flags: nlm.create | nlm.exclusive, body, what: `create bridge ${request.name}` },
    { type: newLink, flags: 0, body: note, what: `name the owner of bridge ${request.name}` },
  );
  return linkNamed(request.name)?.index ?? 0;
}

/** Links on top of a device of the host, born inside the container's namespace. `mode` is the kernel's number. */
export interface VlanLink {
  kind: 'ipvlan' | 'macvlan';
  parent: number;
  mode: number;
  netnsPath: string;
  name: string;
  /** For macvlan; ipvlan shares the parent's. */
  mac?: string;
  mtu?: number;
}

export function addVlanLink(link: VlanLink): void {
  const netns = openSync(link.netnsPath, 'r');
  try {
    const mode = link.kind === 'ipvlan' ? u16(1, link.mode) : u32(1, link.mode);
    const body = Buffer.concat([
      linkHeader(),
      text(ifla.name, link.name),
      u32(ifla.link, link.parent),
      u32(ifla.netnsFd, netns),
      ...(link.mac ? [attribute(ifla.address, macBytes(link.mac))] : []),
      ...(link.mtu ? [u32(ifla.mtu, link.mtu)] : []),
      nest(ifla.linkInfo, text(info.kind, link.kind), nest(info.data, mode)),
    ]);
    rtnetlink({ type: newLink, flags: nlm.create | nlm.exclusive, body, what: `create ${link.kind} ${link.name}` });
  } finally {
    closeSync(netns);
  }
}

/** A VLAN device of the host, "eth0.10", or a dummy device where `parent` is 0. Made down. */
export function addHostLink(request: { name: string; kind: 'vlan' | 'dummy'; parent?: number; vlanId?: number }): void {
  const data = request.vlanId === undefined ? [] : [nest(info.data, u16(1, request.vlanId))];
  const parent = request.parent ? [u32(ifla.link, request.parent)] : [];
  const body = Buffer.concat([linkHeader(), text(ifla.name, request.name), ...parent, nest(ifla.linkInfo, text(info.kind, request.kind), ...data)]);
  rtnetlink({ type: newLink, flags: nlm.create | nlm.exclusive, body, what: `create ${request.kind} ${request.name}` });
}

/** Message that sets a link up; also inside a batch. */
export function upMessage(index: number): NetlinkMessage {
  return { type: newLink, flags: 0, body: linkHeader(index, flagUp, flagUp), what: `set link ${index} up` };
}

/** Changes what is asked for, nothing else. */
export function changeLink(index: number, change: { up?: boolean; name?: string; mac?: string; mtu?: number; master?: number }): void {
  const flags = change.up === undefined ? 0 : flagUp;
  const body = Buffer.concat([
    linkHeader(index, change.up ? flagUp : 0, flags),
    ...(change.name ? [text(ifla.name, change.name)] : []),
    ...(change.mac ? [attribute(ifla.address, macBytes(change.mac))] : []),
    ...(change.mtu ? [u32(ifla.mtu, change.mtu)] : []),
    ...(change.master === undefined ? [] : [u32(ifla.master, change.master)]),
  ]);
  rtnetlink({ type: newLink, flags: 0, body, what: `change link ${index}` });
}

/** Removes a link; one that is gone already is fine. Waits for an RCU grace period (up to 40 ms): keep it off the path of requests. */
export function deleteLink(name: string): void {
  const body = Buffer.concat([linkHeader(), text(ifla.name, name)]);
  rtnetlink({ type: delLink, flags: 0, body, what: `delete link ${name}`, allow: ['ENODEV'] });
}

export function linkNamed(name: string): Link | undefined {
  const [answer] = rtnetlink({ ...readMessage(name), allow: ['ENODEV'] });
  return answer && linkOf(answer.body);
}

/** All links of the current namespace. */
export function listLinks(): Link[] {
  return rtnetlink({ type: getLink, flags: nlm.dump, body: linkHeader(), what: 'list links' }).map(({ body }) => linkOf(body));
}

function vethMessage(pair: VethPair, netns: number): NetlinkMessage {
  const peer = Buffer.concat([
    linkHeader(),
    text(ifla.name, pair.peerName),
    attribute(ifla.address, macBytes(pair.peerMac)),
    u32(ifla.mtu, pair.mtu),
    u32(ifla.netnsFd, netns),
  ]);
  const body = Buffer.concat([
    linkHeader(0, flagUp, flagUp),
    text(ifla.name, pair.hostName),
    u32(ifla.mtu, pair.mtu),
    u32(ifla.master, pair.master),
    nest(ifla.linkInfo, text(info.kind, 'veth'), nest(info.data, nest(vethPeer, peer))),
  ]);
  return { type: newLink, flags: nlm.create | nlm.exclusive, body, what: `create veth ${pair.hostName}` };
}

function portMessage(pair: VethPair): NetlinkMessage {
  const port = nest(info.slaveData, u8(portMode, 1), u8(portIsolated, pair.isolated ? 1 : 0));
  const body = Buffer.concat([linkHeader(), text(ifla.name, pair.hostName), nest(ifla.linkInfo, text(info.slaveKind, 'bridge'), port)]);
  return { type: newLink, flags: 0, body, what: `set up bridge port ${pair.hostName}` };
}

function readMessage(name: string): NetlinkMessage {
  return { type: getLink, flags: 0, body: Buffer.concat([linkHeader(), text(ifla.name, name)]), what: `read link ${name}` };
}

/** `bridge fdb replace MAC dev PORT master static sticky`. Source: struct ndmsg of linux/neighbour.h. */
function portAddressMessage(port: number, mac: string): NetlinkMessage {
  const head = Buffer.alloc(12);
  head.writeUInt8(familyBridge, 0);
  head.writeInt32LE(port, 4);
  head.writeUInt16LE(neighbourStatic, 8);
  head.writeUInt8(neighbourMaster | neighbourSticky, 10);
  const body = Buffer.concat([head, attribute(neighbourMac, macBytes(mac))]);
  return { type: newNeighbour, flags: nlm.create | nlm.replace, body, what: `tell the bridge where ${mac} is` };
}

/** struct ifinfomsg */
function linkHeader(index = 0, flags = 0, change = 0): Buffer {
  const header = Buffer.alloc(16);
  header.writeInt32LE(index, 4);
  header.writeUInt32LE(flags, 8);
  header.writeUInt32LE(change, 12);
  return header;
}

function linkOf(body: Buffer): Link {
  const attributes = attributesOf(body, 16);
  const flags = body.readUInt32LE(8);
  const infos = attributesOf(attributes.get(ifla.linkInfo) ?? Buffer.alloc(0), 0);
  return {
    index: body.readInt32LE(4),
    name: textOf(attributes.get(ifla.name)),
    up: (flags & flagUp) !== 0,
    loopback: (flags & flagLoopback) !== 0,
    mac: [...(attributes.get(ifla.address) ?? [])].map((byte) => byte.toString(16).padStart(2, '0')).join(':'),
    mtu: attributes.get(ifla.mtu)?.readUInt32LE(0) ?? 0,
    master: attributes.get(ifla.master)?.readUInt32LE(0) ?? 0,
    kind: textOf(infos.get(info.kind)),
    alias: textOf(attributes.get(ifla.alias)),
  };
}

function textOf(value: Buffer | undefined): string {
  return value?.toString('utf8').replace(/\0.*$/, '') ?? '';
}

function macBytes(mac: string): Buffer {
  return Buffer.from(mac.replaceAll(/[:-]/g, ''), 'hex');
}
