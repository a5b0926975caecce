import { atLeast } from '../../api/index.ts';

type Loose = Record<string, unknown>;

/** Info as clients of `version` know it. Source: version history of the Engine API. */
export function shapeInfo(value: object, version: string): Loose {
  const info = { ...value } as Loose;
  if (!atLeast(version, '1.49')) delete info['FirewallBackend'];
  if (!atLeast(version, '1.50')) Object.assign(info, { BridgeNfIptables: false, BridgeNfIp6tables: false });
  if (!atLeast(version, '1.42')) info['KernelMemory'] = false;
  return info;
}

/** Disk usage: before 1.42 every part was always there; BuilderSize until 1.51. */
export function shapeDiskUsage(value: object, version: string): Loose {
  const usage = { ...value } as Loose;
  if (atLeast(version, '1.42')) return usage;
  return { LayersSize: 0, Images: [], Containers: [], Volumes: [], ...usage, BuilderSize: 0 };
}
