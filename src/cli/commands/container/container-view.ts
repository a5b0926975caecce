import type { ContainerSummary, Port } from '../../../api/index.ts';
import { ellipsis, goTime, humanDuration, shortSize } from '../../format/units.ts';
import { reachOf } from '../../format/reach.ts';
import { View } from '../../template/index.ts';

/** Header words of the columns of `ps`. */
export const containerHeaders = {
  ID: 'CONTAINER ID', Names: 'NAMES', Image: 'IMAGE', Command: 'COMMAND', CreatedAt: 'CREATED AT', RunningFor: 'CREATED', Ports: 'PORTS', State: 'STATE', Status: 'STATUS',
  Size: 'SIZE', Labels: 'LABELS', Mounts: 'MOUNTS', LocalVolumes: 'LOCAL VOLUMES', Networks: 'NETWORKS', Platform: 'PLATFORM', Reach: 'REACH',
}; // prettier-ignore

/** A container as a row of `ps`. `short` cuts IDs, commands and mounts. */
export function containerView(container: ContainerSummary, { short, now = Date.now() / 1000 }: { short: boolean; now?: number }): View {
  const labels = container.Labels ?? {};
  const fields = {
    Command: () => JSON.stringify(short ? ellipsis(container.Command, 20) : container.Command),
    CreatedAt: () => goTime(container.Created),
    ID: () => (short ? container.Id.slice(0, 12) : container.Id),
    Image: () => imageName(container, short),
    Labels: () =>
      Object.entries(labels)
        .map(([key, value]) => `${key}=${value}`)
        .toSorted()
        .join(','),
    LocalVolumes: () => String((container.Mounts ?? []).filter(({ Driver }) => Driver === 'local').length),
    Mounts: () => (container.Mounts ?? []).map(({ Name, Source }) => (short ? ellipsis(Name || Source, 15) : Name || Source)).join(','),
    Names: () => namesOf(container, short),
    Networks: () =>
      Object.keys(container.NetworkSettings?.Networks ?? {})
        .toSorted()
        .join(','),
    Platform: () => container.ImageManifestDescriptor?.platform ?? null,
    Ports: () => portsText(container.Ports ?? []),
    RunningFor: () => `${humanDuration(now - container.Created)} ago`,
    Size: () => shortSize(container.SizeRw ?? 0) + ((container.SizeRootFs ?? 0) > 0 ? ` (virtual ${shortSize(container.SizeRootFs ?? 0)})` : ''),
    State: () => container.State,
    Status: () => container.Status,
  };
  const own = { Reach: () => [...new Set((container.Ports ?? []).filter(({ PublicPort }) => PublicPort).map(({ IP }) => reachOf(IP ?? '')))].join(', ') };
  return new View('*formatter.ContainerContext', fields, { Label: (name: string) => labels[name] ?? '', ...own });
}

function imageName({ Image, ImageID }: ContainerSummary, short: boolean): string {
  if (Image === '') return '<no image>';
  const id = ImageID?.replace(/^sha256:/, '') ?? '';
  if (short && id !== '' && Image.replace(/^sha256:/, '') === id) return id.slice(0, 12);
  return short ? Image.replace(/@sha256:[0-9a-f]{64}$/, '') : Image;
}

function namesOf({ Names }: ContainerSummary, short: boolean): string {
  const names = (Names ?? []).map((name) => name.replace(/^\//, ''));
  return (short ? names.filter((name) => !name.includes('/')) : names).join(',');
}

/** "0.0.0.0:80->80/tcp, 443/tcp": equal neighbouring ports are drawn together, others follow. */
export function portsText(ports: readonly Port[]): string {
  const sorted = ports.toSorted(
    (a, b) => a.PrivatePort - b.PrivatePort || compare(a.IP ?? '', b.IP ?? '') || (a.PublicPort ?? 0) - (b.PublicPort ?? 0) || compare(a.Type, b.Type),
  );
  const ranges: string[] = [];
  const open = new Map<string, { ip: string; type: string; first: number; last: number }>();
  const mapped: string[] = [];
  for (const { IP: ip = '', PrivatePort: port, PublicPort: outside, Type: type } of sorted) {
    if (ip !== '' && outside !== port) {
      mapped.push(`${hostPort(ip, String(outside))}->${port}/${type}`);
      continue;
    }
    const range = open.get(`${ip}/${type}`);
    if (range && port === range.last + 1) range.last = port;
    else {
      if (range) ranges.push(rangeText(range));
      open.set(`${ip}/${type}`, { ip, type, first: port, last: port });
    }
  }
  return [...ranges, ...[...open.values()].map(rangeText), ...mapped].join(', ');
}

function rangeText({ ip, type, first, last }: { ip: string; type: string; first: number; last: number }): string {
  const ports = first === last ? String(first) : `${first}-${last}`;
  return `${ip === '' ? '' : `${hostPort(ip, ports)}->`}${ports}/${type}`;
}

function hostPort(ip: string, port: string): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
