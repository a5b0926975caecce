/** The newest Engine API this code speaks. */
export const API_VERSION = '1.51';
/** The oldest that it still answers. */
export const MIN_API_VERSION = '1.24';

/** Orders "1.9" before "1.24": negative, zero or positive as `a` is older, the same or newer. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** True when `version` is `since` or newer. */
export function atLeast(version: string, since: string): boolean {
  return compareVersions(version, since) >= 0;
}

/** The version two sides agree on: the older of the two newest. */
export function negotiateVersion(client: string, server: string): string {
  return compareVersions(client, server) <= 0 ? client : server;
}
