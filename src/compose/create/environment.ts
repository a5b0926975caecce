import type { Environment, Texts } from '../../compose-file/index.ts';

/** Environment as the engine takes it, sorted by name; a name alone takes the image's variable away. `proxies` fill in what is not said. */
export function environmentList(environment: Environment | undefined, proxies: Texts = {}): string[] {
  const merged = { ...proxies, ...environment };
  return Object.entries(merged)
    .map(([name, value]) => (value === null ? name : `${name}=${value}`))
    .toSorted((a, b) => (a < b ? -1 : 1));
}
