import { readFile, readdir, readlink } from 'node:fs/promises';

import { commandOf, parseProcSockets } from './port-holder.ts';
import type { Listener } from './types.ts';

const stateListen = '0A';
const stateUnconnected = '07';

/** Sockets that listen in the network namespace of process `pid`, with the processes that hold them where they share it. */
export async function listenersOf(pid: number): Promise<Listener[]> {
  const found: (Listener & { inode: string })[] = [];
  for (const protocol of ['tcp', 'udp'] as const) {
    for (const suffix of ['', '6']) {
      const text = await readFile(`/proc/${pid}/net/${protocol}${suffix}`, 'utf8').catch(() => '');
      const waiting = protocol === 'tcp' ? stateListen : stateUnconnected;
      for (const { address, port, state, inode } of parseProcSockets(text)) if (state === waiting && port !== 0) found.push({ protocol, address, port, inode });
    }
  }
  const holders = await holdersIn(pid, new Set(found.map(({ inode }) => inode)));
  // The engine's own name server listens in there, too; it is nobody's service.
  const foreign = found.filter(({ address }) => address !== '127.0.0.11');
  return foreign.map(({ protocol, address, port, inode }) => Object.assign({ protocol, address, port }, holders.get(inode)));
}

/** Processes of the same network namespace, by the sockets that they hold. */
async function holdersIn(pid: number, inodes: ReadonlySet<string>): Promise<Map<string, { process: string; pid: number }>> {
  const holders = new Map<string, { process: string; pid: number }>();
  const netns = await readlink(`/proc/${pid}/ns/net`).catch(() => '');
  for (const name of netns ? await readdir('/proc') : []) {
    if (!/^\d+$/.test(name) || (await readlink(`/proc/${name}/ns/net`).catch(() => '')) !== netns) continue;
    const command = await commandOf(name);
    for (const fd of await readdir(`/proc/${name}/fd`).catch(() => [])) {
      const inode = /^socket:\[(\d+)\]$/.exec(await readlink(`/proc/${name}/fd/${fd}`).catch(() => ''))?.[1];
      if (inode && inodes.has(inode) && !holders.has(inode)) holders.set(inode, { process: command, pid: Number(name) });
    }
  }
  return holders;
}
