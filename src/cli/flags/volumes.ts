import { resolve } from 'node:path';

/** What -v values come to: anonymous volumes, and binds in the engine's own form. */
export interface VolumeFlags {
  readonly volumes: Record<string, Record<string, never>>;
  readonly binds: string[];
}

/** Reads -v values: "/path" is an anonymous volume, "source:/path[:mode]" a bind whose relative source is made absolute. */
export function parseVolumes(specs: readonly string[]): VolumeFlags {
  const flags: VolumeFlags = { volumes: {}, binds: [] };
  for (const spec of specs) {
    const colon = spec.indexOf(':');
    if (colon <= 0) flags.volumes[spec] = {};
    else flags.binds.push(`${source(spec.slice(0, colon))}${spec.slice(colon)}`);
  }
  return flags;
}

function source(text: string): string {
  if (text.startsWith('.')) return resolve(text);
  return text === '~' || text.startsWith('~/') ? `${process.env['HOME'] ?? '/root'}${text.slice(1)}` : text;
}
