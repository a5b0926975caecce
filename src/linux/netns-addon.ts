import { createRequire } from 'node:module';

import { nativeFile } from '../base/index.ts';

/** The functions of native/addon/net.c, as C has them. Only the files netns*.ts and netlink*.ts of this room call them. */
export interface NetAddon {
  netnsCreate(file: string): void;
  netnsSwitch(fd: number): void;
  netlink(protocol: number, messages: Buffer, sequence: number): Buffer;
  socket(domain: number, type: number, protocol: number): number;
  socketBind(fd: number, address: Buffer): void;
  socketListen(fd: number, backlog: number): void;
  socketOption(fd: number, level: number, name: number, value: number): void;
  socketName(fd: number): Buffer;
}

let loaded: NetAddon | undefined;

/** Loads the addon at first use, so that pure code and its tests need no native part. */
export function netAddon(): NetAddon {
  loaded ??= createRequire(import.meta.url)(nativeFile('addon.node')) as NetAddon;
  return loaded;
}
