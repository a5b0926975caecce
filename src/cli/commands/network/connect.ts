import { keyValues } from '../../flags/key-values.ts';
import type { Invocation } from '../../invocation.ts';

/** `network connect`. */
export async function run({ args, flags, connect }: Invocation): Promise<void> {
  const [network = '', container = ''] = args;
  const linkLocal = flags.list('link-local-ip');
  const ipam = {
    ...(flags.string('ip') ? { IPv4Address: flags.string('ip') } : {}),
    ...(flags.string('ip6') ? { IPv6Address: flags.string('ip6') } : {}),
    ...(linkLocal.length > 0 ? { LinkLocalIPs: linkLocal } : {}),
  };
  const client = await connect();
  await client.networks.connect(network, container, {
    IPAMConfig: ipam,
    Links: flags.list('link'),
    Aliases: flags.list('alias'),
    DriverOpts: keyValues(flags.list('driver-opt')),
    GwPriority: flags.int('gw-priority'),
  });
}
