import { filterValues } from '../../flags/key-values.ts';
import { formatList } from '../../format/print-list.ts';
import { rawVolume } from '../../format/raw-format.ts';
import { byName } from '../../format/natural-order.ts';
import type { Invocation } from '../../invocation.ts';
import { volumeHeaders, volumeView } from './volume-view.ts';

/** `volume ls`. */
export async function run({ flags, connect, config, stdout }: Invocation): Promise<void> {
  const quiet = flags.bool('quiet');
  const chosen = flags.string('format') || (quiet ? '' : (config().values.volumesFormat ?? ''));
  const format = quiet && (chosen === '' || chosen === 'table') ? '{{.Name}}' : chosen;
  const client = await connect();
  const { Volumes } = await client.volumes.list(filterValues(flags.list('filter')));
  const sorted = (Volumes ?? []).toSorted((a, b) => byName(a.Name, b.Name));
  stdout.write(formatList(sorted.map(volumeView), { format, table: '{{.Driver}}\t{{.Name}}', raw: rawVolume(quiet), headers: volumeHeaders }));
}
