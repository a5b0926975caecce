export type { ActiveSnapshot, Change, LayerInfo, Snapshotter, UnpackRequest } from './types.ts';
