export { openContent } from './open-content.ts';
export type { BlobInfo, ContentStore, Ingest, IngestOptions, StoredBlob } from './types.ts';
