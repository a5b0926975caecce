import type { Volume } from '../../../api/index.ts';
import { humanSize } from '../../format/units.ts';
import { View } from '../../template/index.ts';

/** Header words of the columns of `volume ls`. */
export const volumeHeaders = {
  Name: 'VOLUME NAME', Driver: 'DRIVER', Scope: 'SCOPE', Labels: 'LABELS', Mountpoint: 'MOUNTPOINT', Links: 'LINKS', Size: 'SIZE',
  Availability: 'AVAILABILITY', Group: 'GROUP', Status: 'STATUS',
}; // prettier-ignore

/** A volume as a row of `volume ls` and `system df -v`. */
export function volumeView(volume: Volume): View {
  const labels = volume.Labels ?? {};
  const usage = volume.UsageData;
  return new View(
    '*formatter.volumeContext',
    {
      Availability: () => 'N/A',
      Driver: () => volume.Driver,
      Group: () => 'N/A',
      Labels: () =>
        Object.entries(labels)
          .map(([key, value]) => `${key}=${value}`)
          .toSorted()
          .join(','),
      Links: () => (usage ? String(usage.RefCount) : 'N/A'),
      Mountpoint: () => volume.Mountpoint,
      Name: () => volume.Name,
      Scope: () => volume.Scope,
      Size: () => (usage ? humanSize(usage.Size) : 'N/A'),
      Status: () => 'N/A',
    },
    { Label: (name: string) => labels[name] ?? '' },
  );
}
