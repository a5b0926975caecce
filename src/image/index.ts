export { applyChanges } from './apply-changes.ts';
export { openImages } from './open-images.ts';
export type { ImageEvent, ImageStoreOptions, ImageUser } from './context.ts';
export type {
  CollectOptions,
  CreateImage,
  Following,
  HistoryItem,
  ImageRecord,
  ImageStore,
  ImageUsage,
  ImportOptions,
  ListOptions,
  LoadOptions,
  ProgressMessage,
  PruneOptions,
  PruneReport,
  RemoteImage,
  RemovedImage,
  TransferOptions,
} from './types.ts';
export type { RegistryAuth } from '../registry/index.ts';
