import { attribute, attributesOf, netlink, nlm } from './netlink.ts';
import type { NetlinkMessage } from './netlink.ts';
import { familyIpv4, familyIpv6 } from './netlink-ip.ts';
import { NetlinkProtocol } from './netlink-socket.ts';

// Numbers of linux/netfilter/nfnetlink_conntrack.h.
const subsystem = 1 << 8;
const getFlow = subsystem | 1;
const deleteFlow = subsystem | 2;
const tupleOriginal = 1;
const tupleProtocol = 2;
const protocolNumber = 1;
const protocolTargetPort = 3;
const nested = 0x8000;
const protocolUdp = 17;

/**
 * Makes the kernel forget where UDP datagrams to one of `ports` went so far. A client that goes on sending from the same port would
 * otherwise be led to the address of a container that is gone, for as long as it sends. Reads the whole table of flows.
 */
export function forgetUdpFlows(ports: ReadonlySet<number>): void {
  for (const family of [familyIpv4, familyIpv6]) {
    const flows = netlink(NetlinkProtocol.netfilter, [{ type: getFlow, flags: nlm.dump, body: header(family), what: 'list flows' }]);
    const tuples = flows.flatMap(({ body }) => attributesOf(body, 4).get(tupleOriginal) ?? []).filter((tuple) => leadsTo(tuple, ports));
    if (tuples.length > 0)
      netlink(
        NetlinkProtocol.netfilter,
        tuples.map((tuple) => forget(family, tuple)),
      );
  }
}

function leadsTo(tuple: Buffer, ports: ReadonlySet<number>): boolean {
  const protocol = attributesOf(attributesOf(tuple, 0).get(tupleProtocol) ?? Buffer.alloc(0), 0);
  return protocol.get(protocolNumber)?.[0] === protocolUdp && ports.has(protocol.get(protocolTargetPort)?.readUInt16BE(0) ?? 0);
}

function forget(family: number, tuple: Buffer): NetlinkMessage {
  const body = Buffer.concat([header(family), attribute(tupleOriginal | nested, tuple)]);
  return { type: deleteFlow, flags: 0, body, what: 'forget a flow', allow: ['ENOENT'] };
}

/** struct nfgenmsg */
function header(family: number): Buffer {
  return Buffer.from([family, 0, 0, 0]);
}
