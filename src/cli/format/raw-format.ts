// Docker's "raw" format: templates that write a row as lines of "name: value", with an empty line behind. `pad` spares the blank
// behind a name without a value. Source: docker/cli cli/command/formatter.

const record = (...lines: string[]): string => lines.map((line) => `${line}\n`).join('');

/** A container; quiet writes its ID alone. */
export function rawContainer({ quiet = false, size = false }: { quiet?: boolean; size?: boolean } = {}): string {
  if (quiet) return 'container_id: {{.ID}}';
  return record(
    'container_id: {{.ID}}',
    'image: {{.Image}}',
    'command: {{.Command}}',
    'created_at: {{.CreatedAt}}',
    'state: {{- pad .State 1 0}}',
    'status: {{- pad .Status 1 0}}',
    'names: {{.Names}}',
    'labels: {{- pad .Labels 1 0}}',
    'ports: {{- pad .Ports 1 0}}',
    ...(size ? ['size: {{.Size}}'] : []),
  );
}

/** An image; quiet writes its ID alone. */
export function rawImage({ quiet = false, digests = false }: { quiet?: boolean; digests?: boolean } = {}): string {
  if (quiet) return 'image_id: {{.ID}}';
  const digest = digests ? ['digest: {{.Digest}}'] : [];
  return record('repository: {{.Repository}}', 'tag: {{.Tag}}', ...digest, 'image_id: {{.ID}}', 'created_at: {{.CreatedAt}}', 'virtual_size: {{.Size}}');
}

/** A volume; quiet writes its name alone. */
export function rawVolume(quiet = false): string {
  return quiet ? 'name: {{.Name}}' : record('name: {{.Name}}', 'driver: {{.Driver}}');
}

/** A network; quiet writes its ID alone. */
export function rawNetwork(quiet = false): string {
  return quiet ? 'network_id: {{.ID}}' : record('network_id: {{.ID}}', 'name: {{.Name}}', 'driver: {{.Driver}}', 'scope: {{.Scope}}');
}

/** A line of `system df`. */
export const rawUsage = record('type: {{.Type}}', 'total: {{.TotalCount}}', 'active: {{.Active}}', 'size: {{.Size}}', 'reclaimable: {{.Reclaimable}}');

const rawCacheRecord = record(
  'build_cache_id: {{.ID}}',
  'parent_id: {{.Parent}}',
  'build_cache_type: {{.CacheType}}',
  'description: {{.Description}}',
  'created_at: {{.CreatedAt}}',
  'created_since: {{.CreatedSince}}',
  'last_used_at: {{.LastUsedAt}}',
  'last_used_since: {{.LastUsedSince}}',
  'usage_count: {{.UsageCount}}',
  'in_use: {{.InUse}}',
  'shared: {{.Shared}}',
);

const each = (list: string, type: string, row: string): string => `{{range .${list}}}type: ${type}\n${row}\n{{end -}}\n`;

/** Everything that `system df -v` knows, in one template. */
export const rawEverything = [
  each('Images', 'Image', rawImage({ digests: true })),
  each('Containers', 'Container', rawContainer({ size: true })),
  each('Volumes', 'Volume', rawVolume()),
  each('BuildCache', 'Build Cache', rawCacheRecord),
]
  .join('')
  .trimEnd();
