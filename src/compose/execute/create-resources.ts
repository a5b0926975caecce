import { type NetworkConfig, networkHash, type VolumeConfig, volumeHash } from '../../compose-file/index.ts';
import { compact } from '../create/resources.ts';
import { composeVersion, label } from '../labels.ts';
import type { ExecuteContext } from './context.ts';

/** Creates a network with its labels. */
export async function createNetwork(key: string, network: NetworkConfig, context: ExecuteContext): Promise<void> {
  await context.client.networks.create({
    Name: network.name,
    Driver: network.driver ?? '',
    Options: network.driver_opts ?? {},
    Internal: network.internal ?? false,
    Attachable: network.attachable ?? false,
    ...(network.enable_ipv6 === undefined ? {} : { EnableIPv6: network.enable_ipv6 }),
    ...(network.enable_ipv4 === undefined ? {} : { EnableIPv4: network.enable_ipv4 }),
    ...(network.ipam ? { IPAM: ipam(network.ipam) } : {}),
    Labels: { ...network.labels, ...ownLabels(context), [label.network]: key, [label.configHash]: networkHash(network) },
  });
}

/** Creates a volume with its labels. */
export async function createVolume(key: string, volume: VolumeConfig, context: ExecuteContext): Promise<void> {
  await context.client.volumes.create({
    Name: volume.name,
    Driver: volume.driver ?? '',
    DriverOpts: volume.driver_opts ?? {},
    Labels: { ...volume.labels, ...ownLabels(context), [label.volume]: key, [label.configHash]: volumeHash(volume) },
  });
}

function ipam(config: NonNullable<NetworkConfig['ipam']>): { Driver: string; Options: Record<string, string>; Config: object[] } {
  const pools = (config.config ?? []).map(({ subnet, gateway, ip_range: range, aux_addresses: auxiliary }) =>
    compact({ Subnet: subnet, Gateway: gateway, IPRange: range, AuxiliaryAddresses: auxiliary }),
  );
  return { Driver: config.driver ?? 'default', Options: { ...config.options }, Config: pools };
}

function ownLabels({ project }: ExecuteContext): Record<string, string> {
  return { [label.project]: project.name, [label.version]: composeVersion };
}
