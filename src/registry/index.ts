export { createRegistryClient } from './client/registry-client.ts';
export type {
  FetchedBlob,
  FetchedManifest,
  RegistryAccess,
  RegistryAuth,
  RegistryClient,
  RegistryConfig,
  RemoteRepository,
  RepositoryOptions,
  UploadBlob,
} from './client/types.ts';
export { serveRegistry } from './server/serve-registry.ts';
export type { RegistryServer, ServeRegistryOptions } from './server/serve-registry.ts';
