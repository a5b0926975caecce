import { filterValues } from '../../flags/key-values.ts';
import { formatList } from '../../format/print-list.ts';
import { rawImage } from '../../format/raw-format.ts';
import { shortSize } from '../../format/units.ts';
import { alignColumns } from '../../format/align-columns.ts';
import type { ImageSummary } from '../../../api/index.ts';
import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';
import { imageHeaders, imageRows, imageView } from './image-view.ts';

/** `images`: lists images. */
export async function run({ args, flags, connect, config, stdout }: Invocation): Promise<void> {
  const filters = filterValues(flags.list('filter'));
  const quiet = flags.bool('quiet');
  const chosen = flags.string('format') || (quiet ? '' : (config().values.imagesFormat ?? ''));
  const tree = flags.bool('tree');
  if (tree) refuseWithTree({ format: chosen, quiet, digests: flags.bool('digests'), noTrunc: flags.bool('no-trunc') });
  const client = await connect();
  const [reference] = args;
  const images = await client.images.list({
    all: flags.bool('all'),
    digests: flags.bool('digests'),
    filters: reference === undefined ? filters : { ...filters, reference: [...(filters['reference'] ?? []), reference] },
  });
  if (tree) return void stdout.write(treeText(images));
  const digests = flags.bool('digests') || /\.Digest\b/.test(chosen);
  const format = quiet && (chosen === '' || chosen === 'table') ? '{{.ID}}' : chosen;
  const table = `{{.Repository}}\t{{.Tag}}\t${flags.bool('digests') ? '{{.Digest}}\t' : ''}{{.ID}}\t{{.CreatedSince}}\t{{.Size}}`;
  const short = !flags.bool('no-trunc');
  const rows =
    quiet && ['{{.ID}}', 'raw'].includes(format) ? images.map((image) => ({ image, repository: '', tag: '', digest: '' })) : imageRows(images, digests);
  stdout.write(
    formatList(
      rows.map((row) => imageView(row, { short })),
      { format, table, raw: rawImage({ quiet, digests: flags.bool('digests') }), headers: imageHeaders },
    ),
  );
}

function refuseWithTree({ format, quiet, digests, noTrunc }: { format: string; quiet: boolean; digests: boolean; noTrunc: boolean }): void {
  if (quiet) throw new ExitError(1, '--quiet is not yet supported with --tree');
  if (noTrunc) throw new ExitError(1, '--no-trunc is not yet supported with --tree');
  if (digests) throw new ExitError(1, '--show-digest is not yet supported with --tree');
  if (format) throw new ExitError(1, '--format is not yet supported with --tree');
}

function treeText(images: readonly ImageSummary[]): string {
  const rows = imageRows(images, false).map(({ image, repository, tag }) => [
    repository === '<none>' ? '<untagged>' : `${repository}:${tag}`,
    image.Id.replace(/^sha256:/, '').slice(0, 12),
    shortSize(image.Size),
    image.Containers > 0 ? 'in use' : '',
  ]);
  return alignColumns([['IMAGE', 'ID', 'DISK USAGE', 'EXTRA'], ...rows], { minWidth: 10, padding: 3 });
}
