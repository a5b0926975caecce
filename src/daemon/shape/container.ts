import { atLeast } from '../../api/index.ts';
import type { ContainerInspect, ContainerSummary } from '../../api/index.ts';

type Loose = Record<string, unknown>;

/** Inspect as clients of `version` know it: newer fields are left out, older ones come back. Source: version history of the Engine API. */
export function shapeInspect(value: ContainerInspect, version: string): Loose {
  const shaped: Loose = { ...value, NetworkSettings: shapeNetworks({ ...value.NetworkSettings }, version) };
  if (!atLeast(version, '1.48')) delete shaped['ImageManifestDescriptor'];
  if (!atLeast(version, '1.44')) shaped['Config'] = { ...value.Config, MacAddress: value.Config.MacAddress ?? value.NetworkSettings.MacAddress };
  if (!atLeast(version, '1.42')) shaped['HostConfig'] = { ...value.HostConfig, KernelMemory: 0 };
  if (!atLeast(version, '1.40')) shaped['HostConfig'] = { ...(shaped['HostConfig'] as Loose), PidsLimit: value.HostConfig.PidsLimit ?? 0 };
  return shaped;
}

/** One line of the list, as above. */
export function shapeSummary(value: ContainerSummary, version: string): Loose {
  const shaped: Loose = { ...value, NetworkSettings: shapeNetworks({ ...value.NetworkSettings }, version) };
  if (!atLeast(version, '1.48')) delete shaped['ImageManifestDescriptor'];
  if (!atLeast(version, '1.46')) shaped['HostConfig'] = { NetworkMode: value.HostConfig.NetworkMode };
  return shaped;
}

function shapeNetworks(settings: Loose, version: string): Loose {
  const networks = Object.entries((settings['Networks'] ?? {}) as Record<string, Loose>).map(([name, endpoint]) => [name, shapeEndpoint(endpoint, version)]);
  return { ...settings, Networks: Object.fromEntries(networks) as unknown };
}

function shapeEndpoint(endpoint: Loose, version: string): Loose {
  const shaped = { ...endpoint };
  if (!atLeast(version, '1.48')) delete shaped['GwPriority'];
  if (!atLeast(version, '1.44')) delete shaped['DNSNames'];
  return shaped;
}
