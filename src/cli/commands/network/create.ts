import type { IpamConfig, NetworkCreateBody } from '../../../api/index.ts';
import { keyValues } from '../../flags/key-values.ts';
import { inSubnet } from '../../flags/subnet.ts';
import type { Invocation } from '../../invocation.ts';
import type { Flags } from '../../parse/flags.ts';
import { ExitError } from '../../parse/usage-error.ts';

/** `network create`: makes a network and prints its ID. */
export async function run({ args, flags, connect, stdout, stderr }: Invocation): Promise<void> {
  const body = networkBody(args[0] ?? '', flags);
  const client = await connect();
  const { Id, Warning } = await client.networks.create(body);
  if (Warning) stderr.write(`WARNING: ${Warning}\n`);
  stdout.write(`${Id}\n`);
}

function networkBody(name: string, flags: Flags): NetworkCreateBody {
  const from = flags.string('config-from');
  return {
    Name: name,
    Driver: flags.string('driver'),
    Scope: flags.string('scope'),
    Internal: flags.bool('internal'),
    Attachable: flags.bool('attachable'),
    Ingress: flags.bool('ingress'),
    ConfigOnly: flags.bool('config-only'),
    ...(from ? { ConfigFrom: { Network: from } } : {}),
    IPAM: { Driver: flags.string('ipam-driver'), Options: keyValues(flags.list('ipam-opt')), Config: ipamConfig(flags) },
    ...(flags.changed('ipv4') ? { EnableIPv4: flags.bool('ipv4') } : {}),
    ...(flags.changed('ipv6') ? { EnableIPv6: flags.bool('ipv6') } : {}),
    Options: keyValues(flags.list('opt')),
    Labels: keyValues(flags.list('label')),
  };
}

/** A subnet's settings while they are put together. */
interface Draft {
  Subnet: string;
  IPRange?: string;
  Gateway?: string;
  AuxiliaryAddresses?: Record<string, string>;
}

/** Gives each subnet its range, gateway and taken addresses; what fits no subnet is refused in Docker's words. */
function ipamConfig(flags: Flags): IpamConfig[] {
  const subnets = flags.list('subnet');
  const ranges = flags.list('ip-range');
  const gateways = flags.list('gateway');
  const auxiliary = Object.entries(keyValues(flags.list('aux-address')));
  if (subnets.length < ranges.length || subnets.length < gateways.length) throw new ExitError(1, 'every ip-range or gateway must have a corresponding subnet');
  const configs = subnets.map((subnet): Draft => ({ Subnet: subnet }));
  const home = (address: string, what: string): Draft => {
    const found = configs.find(({ Subnet }) => inSubnet(address, Subnet));
    if (!found) throw new ExitError(1, `no matching subnet for ${what} ${address}`);
    return found;
  };
  for (const range of ranges) home(range.split('/')[0] ?? '', 'range').IPRange = range;
  for (const gateway of gateways) home(gateway, 'gateway').Gateway = gateway;
  for (const [name, address] of auxiliary) (home(address, 'aux-address').AuxiliaryAddresses ??= {})[name] = address;
  return configs;
}
