import type { NetworkInspect } from '../../../api/index.ts';
import { filterValues } from '../../flags/key-values.ts';
import { formatList } from '../../format/print-list.ts';
import { rawNetwork } from '../../format/raw-format.ts';
import { byName } from '../../format/natural-order.ts';
import type { Invocation } from '../../invocation.ts';
import { View } from '../../template/index.ts';

const headers = {
  ID: 'NETWORK ID',
  Name: 'NAME',
  Driver: 'DRIVER',
  Scope: 'SCOPE',
  IPv4: 'IPV4',
  IPv6: 'IPV6',
  Internal: 'INTERNAL',
  Labels: 'LABELS',
  CreatedAt: 'CREATED AT',
};

/** `network ls`. */
export async function run({ flags, connect, config, stdout }: Invocation): Promise<void> {
  const quiet = flags.bool('quiet');
  const chosen = flags.string('format') || (quiet ? '' : (config().values.networksFormat ?? ''));
  const format = quiet && (chosen === '' || chosen === 'table') ? '{{.ID}}' : chosen;
  const client = await connect();
  const networks = (await client.networks.list(filterValues(flags.list('filter')))).toSorted((a, b) => byName(a.Name, b.Name));
  const short = !flags.bool('no-trunc');
  stdout.write(
    formatList(
      networks.map((one) => networkView(one, short)),
      { format, table: '{{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}', raw: rawNetwork(quiet), headers },
    ),
  );
}

function networkView(network: NetworkInspect, short: boolean): View {
  const labels = network.Labels ?? {};
  return new View(
    '*network.networkContext',
    {
      CreatedAt: () => network.Created.replace(/^(\S+)T(\S+?)Z$/, '$1 $2 +0000 UTC'),
      Driver: () => network.Driver,
      ID: () => (short ? network.Id.slice(0, 12) : network.Id),
      IPv4: () => String(network.EnableIPv4),
      IPv6: () => String(network.EnableIPv6),
      Internal: () => String(network.Internal),
      Labels: () =>
        Object.entries(labels)
          .map(([key, value]) => `${key}=${value}`)
          .toSorted()
          .join(','),
      Name: () => network.Name,
      Scope: () => network.Scope,
    },
    { Label: (name: string) => labels[name] ?? '' },
  );
}
