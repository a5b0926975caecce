import { readFileSync, statSync } from 'node:fs';

/** What this engine calls itself. */
export interface EngineVersion {
  readonly version: string;
  /** Short hash of the source, or "" in a checkout. */
  readonly commit: string;
  /** RFC 3339. */
  readonly built: string;
}

let known: EngineVersion | undefined;

/** Read once from package.json, which lies above both the sources and the bundle. */
export function engineVersion(): EngineVersion {
  known ??= read();
  return known;
}

function read(): EngineVersion {
  for (const up of ['../package.json', '../../package.json']) {
    const file = new URL(up, import.meta.url);
    try {
      const { name, version, slipway } = JSON.parse(readFileSync(file, 'utf8')) as { name: string; version: string; slipway?: { commit?: string } };
      if (name === 'slipway') return { version, commit: slipway?.commit ?? '', built: `${statSync(file).mtime.toISOString().slice(0, 19)}.000000000+00:00` };
    } catch {
      // The other place, then.
    }
  }
  return { version: '0.0.0', commit: '', built: '1970-01-01T00:00:00.000000000+00:00' };
}
