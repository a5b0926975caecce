import type { BuildCacheRecord, DiskUsage } from '../../../api/index.ts';
import { formatList } from '../../format/print-list.ts';
import { rawUsage } from '../../format/raw-format.ts';
import { humanSize } from '../../format/units.ts';
import type { Invocation } from '../../invocation.ts';
import { View } from '../../template/index.ts';

const headers = { Type: 'TYPE', TotalCount: 'TOTAL', Active: 'ACTIVE', Size: 'SIZE', Reclaimable: 'RECLAIMABLE' };

/** `system df`: what uses disk space, by kind; with -v every object. */
export async function run({ flags, stdout, connect }: Invocation): Promise<void> {
  const client = await connect();
  const usage = await client.system.df();
  const format = flags.string('format');
  if (flags.bool('verbose')) {
    const { verboseText } = await import('./df-verbose.ts');
    stdout.write(verboseText(usage, format));
    return;
  }
  const table = '{{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}';
  stdout.write(formatList([imagesRow(usage), containersRow(usage), volumesRow(usage), cacheRow(usage)], { format, table, raw: rawUsage, headers }));
}

interface Row {
  readonly type: string;
  readonly total: number;
  readonly active: number;
  readonly size: number;
  readonly reclaimable: string;
}

function view(kind: string, { type, total, active, size, reclaimable }: Row): View {
  return new View(kind, {
    Active: () => String(active),
    Reclaimable: () => reclaimable,
    Size: () => humanSize(size),
    TotalCount: () => String(total),
    Type: () => type,
  });
}

function share(reclaimable: number, total: number): string {
  return total > 0 ? `${humanSize(reclaimable)} (${Math.trunc((reclaimable * 100) / total)}%)` : humanSize(reclaimable);
}

function imagesRow({ Images, LayersSize }: DiskUsage): View {
  const images = Images ?? [];
  const total = LayersSize ?? images.reduce((sum, { Size }) => sum + Size, 0);
  const used = images
    .filter(({ Containers, Size, SharedSize }) => Containers > 0 && Size !== -1 && SharedSize !== -1)
    .reduce((sum, { Size, SharedSize }) => sum + Size - SharedSize, 0);
  return view('*formatter.diskUsageImagesContext', {
    type: 'Images',
    total: images.length,
    active: images.filter(({ Containers }) => Containers > 0).length,
    size: total,
    reclaimable: share(total - used, total),
  });
}

function containersRow({ Containers }: DiskUsage): View {
  const containers = Containers ?? [];
  const isActive = (state: string): boolean => /running|paused|restarting/.test(state);
  const total = containers.reduce((sum, { SizeRw }) => sum + (SizeRw ?? 0), 0);
  const idle = containers.filter(({ State }) => !isActive(State)).reduce((sum, { SizeRw }) => sum + (SizeRw ?? 0), 0);
  return view('*formatter.diskUsageContainersContext', {
    type: 'Containers',
    total: containers.length,
    active: containers.filter(({ State }) => isActive(State)).length,
    size: total,
    reclaimable: share(idle, total),
  });
}

function volumesRow({ Volumes }: DiskUsage): View {
  const volumes = Volumes ?? [];
  const known = volumes.filter(({ UsageData }) => UsageData && UsageData.Size !== -1);
  const total = known.reduce((sum, { UsageData }) => sum + (UsageData?.Size ?? 0), 0);
  const idle = known.filter(({ UsageData }) => UsageData?.RefCount === 0).reduce((sum, { UsageData }) => sum + (UsageData?.Size ?? 0), 0);
  return view('*formatter.diskUsageVolumesContext', {
    type: 'Local Volumes',
    total: volumes.length,
    active: volumes.filter(({ UsageData }) => (UsageData?.RefCount ?? 0) > 0).length,
    size: total,
    reclaimable: share(idle, total),
  });
}

function cacheRow({ BuildCache }: DiskUsage): View {
  const records = BuildCache ?? [];
  const own = (list: readonly BuildCacheRecord[]): number => list.filter(({ Shared }) => !Shared).reduce((sum, { Size }) => sum + Size, 0);
  const size = own(records);
  return view('*formatter.diskUsageBuilderContext', {
    type: 'Build Cache',
    total: records.length,
    active: records.filter(({ InUse }) => InUse).length,
    size,
    reclaimable: humanSize(size - own(records.filter(({ InUse }) => InUse))),
  });
}
