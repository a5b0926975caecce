export { extractTar } from './extract-tar.ts';
export type { ExtractTarOptions } from './extract-tar.ts';
export type { Extracted, ExtractOptions } from './extract.ts';
export { openSnapshots } from './open-snapshots.ts';
export type { ActiveSnapshot, Change, LayerInfo, Snapshotter, UnpackedLayer, UnpackRequest, UnpackSource } from './types.ts';
