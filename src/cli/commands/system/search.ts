import { filterValues } from '../../flags/key-values.ts';
import { formatList } from '../../format/print-list.ts';
import { ellipsis } from '../../format/units.ts';
import type { Invocation } from '../../invocation.ts';
import { View } from '../../template/index.ts';

const headers = { Name: 'NAME', Description: 'DESCRIPTION', StarCount: 'STARS', IsOfficial: 'OFFICIAL', IsAutomated: 'AUTOMATED' };

/** `search`: images of Docker Hub. */
export async function run({ args, flags, stdout, connect }: Invocation): Promise<void> {
  const client = await connect();
  const results = await client.images.search(args[0] ?? '', { limit: flags.int('limit') || undefined, filters: filterValues(flags.list('filter')) });
  const short = !flags.bool('no-trunc');
  const rows = results
    .toSorted((a, b) => b.star_count - a.star_count)
    .map((one) => {
      const description = one.description.replaceAll(/[\n\r]/g, ' ');
      return new View('*registry.searchContext', {
        Description: () => (short ? ellipsis(description, 45) : description),
        IsAutomated: () => (one.is_automated ? '[OK]' : ''),
        IsOfficial: () => (one.is_official ? '[OK]' : ''),
        Name: () => one.name,
        StarCount: () => String(one.star_count),
      });
    });
  stdout.write(formatList(rows, { format: flags.string('format'), table: '{{.Name}}\t{{.Description}}\t{{.StarCount}}\t{{.IsOfficial}}', headers }));
}
