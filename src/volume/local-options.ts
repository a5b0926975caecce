import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';

import { EngineError } from '../base/index.ts';

/** What mount(2) is told for a volume whose options ask for a file system of its own. */
export interface LocalMount {
  source: string;
  type: string;
  flags: number;
  data: string;
}

const known: ReadonlySet<string> = new Set(['type', 'o', 'device', 'size']);

/** Flags that options of mount(8) set (or clear). Source: linux/mount.h. */
const flags: Readonly<Record<string, { set?: number; clear?: number }>> = {
  ro: { set: 1 },
  rw: { clear: 1 },
  nosuid: { set: 2 },
  suid: { clear: 2 },
  nodev: { set: 4 },
  dev: { clear: 4 },
  noexec: { set: 8 },
  exec: { clear: 8 },
  sync: { set: 16 },
  async: { clear: 16 },
  remount: { set: 32 },
  mand: { set: 64 },
  nomand: { clear: 64 },
  dirsync: { set: 128 },
  noatime: { set: 1024 },
  atime: { clear: 1024 },
  nodiratime: { set: 2048 },
  diratime: { clear: 2048 },
  bind: { set: 4096 },
  rbind: { set: 4096 | 16384 },
  relatime: { set: 1 << 21 },
  norelatime: { clear: 1 << 21 },
  strictatime: { set: 1 << 24 },
  nostrictatime: { clear: 1 << 24 },
  defaults: {},
};

/** Checks `-o` options of the local driver. Throws INVALID_ARGUMENT in Docker's words. */
export function checkLocalOptions(name: string, options: Readonly<Record<string, string>>): void {
  const refuse = (text: string): never => {
    throw new EngineError('INVALID_ARGUMENT', `create ${name}: ${text}`);
  };
  for (const key of Object.keys(options)) if (!known.has(key)) refuse(`invalid option: ${JSON.stringify(key)}`);
  if (options['size'] !== undefined) refuse('quota size requested but no quota support');
  const wantsMount = ['type', 'o', 'device'].some((key) => options[key] !== undefined);
  if (!wantsMount) return;
  if (!options['device']) refuse('missing required option: "device"');
  if (!options['type']) refuse('missing required option: "type"');
}

/** What to mount for these options; undefined for a plain directory. */
export function localMount(options: Readonly<Record<string, string>> | null): LocalMount | undefined {
  if (!options?.['device'] || !options['type']) return undefined;
  const data: string[] = [];
  let bits = 0;
  for (const option of (options['o'] ?? '').split(',').filter(Boolean)) {
    const flag = flags[option];
    if (flag) bits = (bits | (flag.set ?? 0)) & ~(flag.clear ?? 0);
    else data.push(option);
  }
  return { source: options['device'], type: options['type'] === 'none' ? '' : options['type'], flags: bits, data: data.join(',') };
}

/** The kernel knows servers by address only: `addr=` names of NFS and CIFS servers are looked up. */
export async function withServerAddress(mount: LocalMount): Promise<LocalMount> {
  const server = /(?:^|,)addr=([^,]+)/.exec(mount.data)?.[1];
  if (!server || isIP(server) || !/^(nfs|cifs)/.test(mount.type)) return mount;
  try {
    const { address } = await lookup(server);
    return { ...mount, data: mount.data.replace(`addr=${server}`, `addr=${address}`) };
  } catch (cause) {
    throw new EngineError('INVALID_ARGUMENT', `error resolving passed in network volume address: ${server}`, { cause });
  }
}
