import { filterValues } from '../../flags/key-values.ts';
import { formatList } from '../../format/print-list.ts';
import { rawContainer } from '../../format/raw-format.ts';
import type { Invocation } from '../../invocation.ts';
import { containerHeaders, containerView } from './container-view.ts';

const columns = ['{{.ID}}', '{{.Image}}', '{{.Command}}', '{{.RunningFor}}', '{{.Status}}', '{{.Ports}}', '{{.Names}}'];

/** `ps`: lists containers. */
export async function run({ flags, connect, config, stdout, stderr }: Invocation): Promise<void> {
  const quiet = flags.bool('quiet');
  const chosen = flags.string('format') || (quiet ? '' : (config().values.psFormat ?? ''));
  if (quiet && flags.changed('format')) stderr.write('WARNING: Ignoring custom format, because both --format and --quiet are set.\n');
  const format = quiet && chosen !== 'raw' ? '{{.ID}}' : chosen;
  const size = flags.bool('size');
  const last = flags.bool('latest') ? 1 : flags.int('last');
  const client = await connect();
  const containers = await client.containers.list({
    all: flags.bool('all'),
    size: size || /\.Size\b/.test(format),
    ...(last > 0 ? { limit: last } : {}),
    filters: filterValues(flags.list('filter')),
  });
  const short = !flags.bool('no-trunc');
  const table = [...columns, ...(size ? ['{{.Size}}'] : []), ...(flags.bool('reach') ? ['{{.Reach}}'] : [])].join('\t');
  stdout.write(
    formatList(
      containers.map((one) => containerView(one, { short })),
      { format, table, raw: rawContainer({ quiet, size }), headers: containerHeaders },
    ),
  );
}
