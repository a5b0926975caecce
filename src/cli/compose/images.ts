import { splitReference } from '../../compose/index.ts';
import { ago, humanSize } from '../format/units.ts';
import { alignColumns } from '../format/align-columns.ts';
import type { Invocation } from '../invocation.ts';
import { ExitError } from '../parse/usage-error.ts';
import { containersOf } from './selection.ts';
import { projectOrName } from './session.ts';

/** `compose images`: the images that the containers were made from. */
export async function run(call: Invocation): Promise<void> {
  const { flags, args, stdout } = call;
  const client = await call.connect();
  const containers = await containersOf(client, projectOrName(call), args);
  const images = new Map(
    await Promise.all([...new Set(containers.map(({ summary }) => summary.ImageID))].map(async (id) => [id, await client.images.inspect(id)] as const)),
  );
  if (flags.bool('quiet')) return void stdout.write([...images.keys()].map((id) => `${id.replace('sha256:', '')}\n`).join(''));
  const rows = containers
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, summary }) => {
      const image = images.get(summary.ImageID);
      const { name: repository, tag } = splitReference(summary.Image);
      const platform = [image?.Os, image?.Architecture, image?.Variant].filter(Boolean).join('/');
      return { name, id: summary.ImageID, repository, tag, platform, size: image?.Size ?? 0, created: image?.Created, tagged: image?.Metadata?.LastTagTime };
    });
  const format = flags.string('format') || 'table';
  if (format === 'json') {
    const objects = rows.map((row) => ({
      ID: row.id,
      ContainerName: row.name,
      Repository: row.repository,
      Tag: row.tag,
      Platform: row.platform,
      Size: row.size,
      Created: row.created,
      LastTagTime: row.tagged,
    }));
    return void stdout.write(`${JSON.stringify(objects)}\n`);
  }
  if (format !== 'table') throw new ExitError(1, `format value "${format}" could not be parsed: parsing failed`);
  const cells = rows.map((row) => [
    row.name,
    row.repository,
    row.tag,
    row.platform,
    row.id.replace('sha256:', '').slice(0, 12),
    humanSize(row.size, 3),
    row.created === undefined ? 'N/A' : ago(Date.parse(row.created) / 1000),
  ]);
  stdout.write(alignColumns([['CONTAINER', 'REPOSITORY', 'TAG', 'PLATFORM', 'IMAGE ID', 'SIZE', 'CREATED'], ...cells], { minWidth: 20, padding: 3 }));
}
