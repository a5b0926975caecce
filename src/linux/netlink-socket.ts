import { closeSync } from 'node:fs';
import { addon } from './addon.ts';

/** Netlink families that are used here. */
export const NetlinkProtocol = { route: 0, netfilter: 12 } as const;

/**
 * A netlink socket. `request` sends the encoded messages and returns all answers up to the last acknowledgement or end of dump that they
 * ask for (NLM_F_ACK, NLM_F_DUMP); errors the answers hold are the caller's to read. Synchronous: waits for the rtnl lock.
 */
export interface NetlinkSocket extends Disposable {
  request(messages: Uint8Array): Buffer;
}

/** Opens a socket that belongs to the namespace at `netnsPath` (this process's own when absent), without staying there. */
export function openNetlink(netnsPath?: string, protocol: number = NetlinkProtocol.route): NetlinkSocket {
  const fd = addon().netlinkOpen(netnsPath ?? '', protocol);
  return {
    request: (messages) => addon().netlinkRequest(fd, messages),
    [Symbol.dispose]: () => closeSync(fd),
  };
}
