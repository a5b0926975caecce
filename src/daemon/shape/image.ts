import { atLeast } from '../../api/index.ts';

/** An image of inspect or list as clients of `version` know it. Source: version history of the Engine API. */
export function shapeImage(value: object, version: string): Record<string, unknown> {
  const image = { ...value } as Record<string, unknown>;
  if (!atLeast(version, '1.44')) image['VirtualSize'] = image['Size'];
  return image;
}
