export { digestFromHex, digestOf, hexOf, isDigest, parseDigest } from './digest.ts';
export type { Digest } from './digest.ts';
export type { Descriptor, Healthcheck, HistoryEntry, ImageConfig, Index, Manifest, Platform, RunConfig } from './types.ts';
