import { jsonLines } from '../../../base/index.ts';
import type { EventMessage } from '../../../api/index.ts';
import { engineTime } from '../../flags/engine-time.ts';
import { filterValues } from '../../flags/key-values.ts';
import { compileFormat, executeFormat } from '../../format/print-list.ts';
import type { Invocation } from '../../invocation.ts';
import { goValues } from '../../template/index.ts';

/** `events`: what happens in the engine, as it happens. */
export async function run({ flags, stdout, connect }: Invocation): Promise<void> {
  const format = flags.string('format');
  const template = format && format !== 'json' ? compileFormat(format) : undefined;
  const client = await connect();
  const query = { since: engineTime(flags.string('since')), until: engineTime(flags.string('until')), filters: filterValues(flags.list('filter')) };
  const { body } = await client.connection.call('GET', '/events', { query });
  for await (const { text, message } of rawEvents(body)) {
    stdout.write(`${format === 'json' ? text : template ? executeFormat(template, goValues(message)) : eventLine(text, message)}\n`);
  }
}

/** Events with the text they came as: nanoseconds are larger than JavaScript's whole numbers. */
async function* rawEvents(source: AsyncIterable<Uint8Array>): AsyncGenerator<{ text: string; message: EventMessage }> {
  const texts: string[] = [];
  const tapped = (async function* () {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of source) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      texts.push(...lines.filter((line) => line.trim() !== ''));
      yield chunk;
    }
  })();
  for await (const message of jsonLines<EventMessage>(tapped)) yield { text: (texts.shift() ?? JSON.stringify(message)).trim(), message };
}

function eventLine(text: string, { Type, Action, Actor }: EventMessage): string {
  const nanoseconds = BigInt(/"timeNano":(\d+)/.exec(text)?.[1] ?? 0);
  const attributes = Object.entries(Actor.Attributes ?? {})
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`);
  return `${timeText(nanoseconds)} ${Type} ${Action} ${Actor.ID}${attributes.length > 0 ? ` (${attributes.join(', ')})` : ''}`;
}

/** Local time with nine digits of a second, as Docker writes it: "2026-11-29T04:48:17.334395173Z". */
function timeText(nanoseconds: bigint): string {
  const date = new Date(Number(nanoseconds / 1_000_000n));
  const offset = -date.getTimezoneOffset();
  const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, 19);
  const two = (value: number): string => String(value).padStart(2, '0');
  const zone = offset === 0 ? 'Z' : `${offset < 0 ? '-' : '+'}${two(Math.trunc(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
  return `${local}.${String(nanoseconds % 1_000_000_000n).padStart(9, '0')}${zone}`;
}
