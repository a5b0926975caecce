import { atLeast } from '../../api/index.ts';

/** A network as clients of `version` know it. */
export function shapeNetwork(value: object, version: string): Record<string, unknown> {
  const network = { ...value } as Record<string, unknown>;
  if (!atLeast(version, '1.28')) delete network['ConfigOnly'];
  return network;
}
