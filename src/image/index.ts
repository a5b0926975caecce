export type {
  CreateImage,
  Following,
  HistoryItem,
  ImageRecord,
  ImageStore,
  ImportOptions,
  ListOptions,
  ProgressMessage,
  PruneReport,
  RegistryAuth,
  RemovedImage,
  TransferOptions,
} from './types.ts';
