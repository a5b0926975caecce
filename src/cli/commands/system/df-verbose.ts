import type { BuildCacheRecord, DiskUsage } from '../../../api/index.ts';
import { compileFormat, executeFormat, formatList } from '../../format/print-list.ts';
import { rawEverything } from '../../format/raw-format.ts';
import { ago, humanSize } from '../../format/units.ts';
import { goJson, View } from '../../template/index.ts';
import { containerHeaders, containerView } from '../container/container-view.ts';
import { imageHeaders, imageRows, imageView } from '../image/image-view.ts';
import { volumeHeaders, volumeView } from '../volume/volume-view.ts';

const cacheHeaders = {
  ID: 'CACHE ID',
  CacheType: 'CACHE TYPE',
  Size: 'SIZE',
  CreatedSince: 'CREATED',
  LastUsedSince: 'LAST USED',
  UsageCount: 'USAGE',
  Shared: 'SHARED',
  Parent: 'PARENT',
  Description: 'DESCRIPTION',
  InUse: 'IN USE',
};

/** The text of `system df -v`: every object with its size, as tables or through a template over all of them. */
export function verboseText(usage: DiskUsage, format: string): string {
  const full = format !== '' && !format.startsWith('table');
  const rows = imageRows(usage.Images ?? [], false).map((row) => (full && row.digest === '<none>' ? { ...row, digest: '' } : row));
  const images = rows.map((row) => imageView(row, { short: !full }));
  const containers = (usage.Containers ?? []).map((one) => containerView(one, { short: !full }));
  const volumes = (usage.Volumes ?? []).map(volumeView);
  const cache = (usage.BuildCache ?? []).toSorted(byUse).map((one) => cacheView(one, !full));
  if (full) {
    const all = { Images: images, Containers: containers, Volumes: volumes, BuildCache: cache };
    return format === 'json' ? goJson(all) : executeFormat(compileFormat(format === 'raw' ? rawEverything : format), all);
  }
  const cacheSize = (usage.BuildCache ?? []).filter(({ Shared }) => !Shared).reduce((sum, { Size }) => sum + Size, 0);
  return [
    'Images space usage:\n',
    formatList(images, {
      format: '',
      headers: imageHeaders,
      table: '{{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}\t{{.SharedSize}}\t{{.UniqueSize}}\t{{.Containers}}',
    }),
    'Containers space usage:\n',
    formatList(containers, {
      format: '',
      headers: containerHeaders,
      table: '{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.LocalVolumes}}\t{{.Size}}\t{{.RunningFor}}\t{{.Status}}\t{{.Names}}',
    }),
    'Local Volumes space usage:\n',
    formatList(volumes, { format: '', headers: volumeHeaders, table: '{{.Name}}\t{{.Links}}\t{{.Size}}' }),
    `Build cache usage: ${humanSize(cacheSize)}\n`,
    formatList(cache, {
      format: '',
      headers: cacheHeaders,
      table: '{{.ID}}\t{{.CacheType}}\t{{.Size}}\t{{.CreatedSince}}\t{{.LastUsedSince}}\t{{.UsageCount}}\t{{.Shared}}',
    }),
  ].join('\n');
}

function byUse(a: BuildCacheRecord, b: BuildCacheRecord): number {
  const used = (one: BuildCacheRecord): number => (one.LastUsedAt ? Date.parse(one.LastUsedAt) : 0);
  return used(a) - used(b) || b.Size - a.Size;
}

function cacheView(record: BuildCacheRecord, short: boolean): View {
  const id = short ? record.ID.slice(0, 12) : record.ID;
  const since = (time: string | null): string => (time ? ago(Date.parse(time) / 1000) : '');
  return new View('*formatter.buildCacheContext', {
    CacheType: () => record.Type,
    CreatedAt: () => record.CreatedAt,
    CreatedSince: () => since(record.CreatedAt),
    Description: () => record.Description,
    ID: () => (record.InUse ? `${id}*` : id),
    InUse: () => String(record.InUse),
    LastUsedAt: () => record.LastUsedAt ?? '',
    LastUsedSince: () => since(record.LastUsedAt),
    Parent: () => (record.Parents ?? []).join(', '),
    Shared: () => String(record.Shared),
    Size: () => humanSize(record.Size),
    UsageCount: () => String(record.UsageCount),
  });
}
