import { createHash } from 'node:crypto';

/** Everything that the outcome of a step depends on, by name: "parent", "command", "env PATH", "files". Values are text without secrets. */
export interface Ingredients {
  readonly fields: Readonly<Record<string, string>>;
  /** Contents that "files" is the digest of, by path: to explain a miss, not part of the key. */
  readonly files: ReadonlyMap<string, string>;
}

/** The cache key of a step: SHA-256 over its ingredients, hex. */
export function cacheKey({ fields }: Ingredients): string {
  const hash = createHash('sha256');
  hash.update('slipway step 1\n');
  for (const name of Object.keys(fields).toSorted()) hash.update(`${JSON.stringify([name, fields[name]])}\n`);
  return hash.digest('hex');
}
