export { chainId, chainIds } from './chain-id.ts';
export { digestFromHex, digestOf, hexOf, isDigest, parseDigest } from './digest.ts';
export type { Digest } from './digest.ts';
export { isIndexType, isManifestType, MediaType } from './media-types.ts';
export { documentLimit, isIndex, parseConfig, parseDescriptor, parseManifest } from './parse-documents.ts';
export { formatPlatform, hostPlatform, parsePlatform, platformMatches } from './platform.ts';
export { familiarName, familiarReference, formatReference, isTag, parseReference, repositoryOf, withDefaultTag } from './reference.ts';
export type { Reference } from './reference.ts';
export type { Descriptor, Healthcheck, HistoryEntry, ImageConfig, Index, Manifest, Platform, RunConfig } from './types.ts';
