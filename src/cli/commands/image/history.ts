import type { ImageHistoryItem } from '../../../api/index.ts';
import { segment } from '../../../client/index.ts';
import { parsePlatform } from '../../flags/platform.ts';
import { ellipsis, humanDuration, shortSize } from '../../format/units.ts';
import { formatList } from '../../format/print-list.ts';
import type { Invocation } from '../../invocation.ts';
import { View } from '../../template/index.ts';

const headers = { ID: 'IMAGE', CreatedSince: 'CREATED', CreatedAt: 'CREATED AT', CreatedBy: 'CREATED BY', Size: 'SIZE', Comment: 'COMMENT' };

/** `history`: the steps of an image, newest first. */
export async function run({ args, flags, connect, stdout }: Invocation): Promise<void> {
  const client = await connect();
  const platform = parsePlatform(flags.string('platform'));
  const items = await client.connection.json<ImageHistoryItem[]>('GET', `/images/${segment(args[0] ?? '')}/history`, { query: { platform } });
  const human = flags.bool('human');
  const short = !flags.bool('no-trunc');
  const format = flags.string('format') || (flags.bool('quiet') ? '{{.ID}}' : '');
  const table = `{{.ID}}\t{{.${human ? 'CreatedSince' : 'CreatedAt'}}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}`;
  const now = Date.now() / 1000;
  stdout.write(
    formatList(
      items.map((item) => historyView(item, { short, human, now })),
      { format, table, headers },
    ),
  );
}

function historyView(
  { Id, Created, CreatedBy, Size, Comment }: ImageHistoryItem,
  { short, human, now }: { short: boolean; human: boolean; now: number },
): View {
  const command = CreatedBy.replaceAll('\t', ' ');
  return new View('*formatter.historyContext', {
    Comment: () => Comment,
    CreatedAt: () => new Date(Created * 1000).toISOString().replace('.000', ''),
    CreatedBy: () => (short ? ellipsis(command, 45) : command),
    CreatedSince: () => `${humanDuration(now - Created)} ago`,
    ID: () => (short ? Id.replace(/^sha256:/, '').slice(0, Id.startsWith('<') ? undefined : 12) : Id),
    Size: () => (human ? shortSize(Size) : String(Size)),
  });
}
