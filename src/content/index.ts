export type { BlobInfo, ContentStore, Ingest, IngestOptions } from './types.ts';
