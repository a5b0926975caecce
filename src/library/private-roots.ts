import { randomBytes, randomInt } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Settings under which one more engine disturbs nobody on this machine. */
export interface PrivateRoots {
  /** Holds everything below; removed with the engine. */
  readonly directory: string;
  readonly dataRoot: string;
  readonly execRoot: string;
  readonly socket: string;
  readonly bridgePrefix: string;
  readonly addressPool: string;
  readonly nftTable: string;
}

/** Makes a directory for an engine, and names for what it makes in the kernel. The address pool is one of 4096 blocks of 10.64.0.0/10. */
export function privateRoots(): PrivateRoots {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-'));
  const tag = randomBytes(3).toString('hex');
  const base = `10.${64 + randomInt(64)}.${randomInt(4) * 64}.0/18`;
  return {
    directory,
    dataRoot: join(directory, 'data'),
    execRoot: join(directory, 'run'),
    socket: join(directory, 'engine.sock'),
    bridgePrefix: `s${tag}`,
    addressPool: `base=${base},size=24`,
    nftTable: `slipway_${tag}`,
  };
}

/** The flags of `slipway engine` for them. */
export function rootFlags(roots: PrivateRoots): string[] {
  const { dataRoot, execRoot, socket, bridgePrefix, addressPool, nftTable } = roots;
  return [
    '--data-root',
    dataRoot,
    '--exec-root',
    execRoot,
    '--host',
    `unix://${socket}`,
    '--bridge-prefix',
    bridgePrefix,
    '--address-pool',
    addressPool,
    '--nft-table',
    nftTable,
  ];
}
