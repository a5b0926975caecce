import { readdir, readFile, readlink } from 'node:fs/promises';
import { isIPv6 } from 'node:net';

import { addressText } from '../linux/index.ts';

const stateListen = '0A';

/** A process that has a port of the host: {pid: 812, command: "nginx"}. */
export interface PortHolder {
  pid: number;
  command: string;
}

/** One socket of /proc/net/{tcp,tcp6,udp,udp6}. */
export interface ProcSocket {
  address: string;
  port: number;
  state: string;
  inode: string;
}

/** Finds who holds `port` at `hostIp`, or at an address that excludes it. Reads every process, so only when a bind has failed. */
export async function findPortHolder(protocol: string, hostIp: string, port: number): Promise<PortHolder | undefined> {
  const stands = ({ address, port: other, state }: ProcSocket): boolean =>
    other === port && (protocol !== 'tcp' || state === stateListen) && (isAny(hostIp) || isAny(address) || address === hostIp);
  // A socket of the other family can be in the way, too (IPv6 sockets take IPv4 as well by default), but less often. Each file is read
  // twice: while sockets come and go, the kernel's walk through them can pass one by.
  for (const suffix of isIPv6(hostIp) ? ['6', '6', '', ''] : ['', '', '6', '6']) {
    const text = await readFile(`/proc/net/${protocol}${suffix}`, 'utf8').catch(() => '');
    const inodes = new Set(
      parseProcSockets(text)
        .filter(stands)
        .map(({ inode }) => inode),
    );
    const holder = inodes.size > 0 ? await holderOf(inodes) : undefined;
    if (holder) return holder;
  }
  return undefined;
}

/** Reads the kernel's socket table; addresses are little-endian words in hex. Source: kernel doc proc_net_tcp. */
export function parseProcSockets(text: string): ProcSocket[] {
  return text
    .split('\n')
    .slice(1)
    .filter(Boolean)
    .map((line) => {
      const fields = line.trim().split(/\s+/);
      const [address = '', port = '0'] = (fields[1] ?? '').split(':');
      return { address: addressText(Buffer.from(address, 'hex').swap32()), port: Number.parseInt(port, 16), state: fields[3] ?? '', inode: fields[9] ?? '' };
    });
}

/** Name of a process's program: "nginx" of "/usr/sbin/nginx -g …" and of "nginx: master process"; a thread's name tells less. */
export async function commandOf(pid: string): Promise<string> {
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const program = line.split(/[\0 ]/)[0]?.replace(/:$/, '').split('/').at(-1);
  return program || (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '?')).trim();
}

/** The processes that have one of the sockets open. */
async function holderOf(inodes: ReadonlySet<string>): Promise<PortHolder | undefined> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    const fds = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const fd of fds) {
      const target = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '');
      const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
      if (inode && inodes.has(inode)) return { pid: Number(pid), command: await commandOf(pid) };
    }
  }
  return undefined;
}

function isAny(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}
