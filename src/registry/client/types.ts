import type { Readable } from 'node:stream';

import type { Digest, Reference } from '../../oci/index.ts';

/** Credentials for one registry, as `X-Registry-Auth` carries them. */
export interface RegistryAuth {
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
  readonly registrytoken?: string;
  readonly serveraddress?: string;
}

/** Which registries are reached how. Read once, at start. */
export interface RegistryConfig {
  /** Asked before Docker Hub: "https://mirror.example". */
  readonly mirrors?: readonly string[];
  /** "host:port" or CIDR blocks for which a bad certificate, or none, is good enough. Loopback always is. */
  readonly insecureRegistries?: readonly string[];
  /** Folders with HOST/*.crt (authorities), HOST/*.cert and *.key (our own certificate). By default /etc/docker/certs.d. */
  readonly certsFolders?: readonly string[];
  /** "slipway/0.1.0 …" */
  readonly userAgent?: string;
}

/** What work a repository is opened for: decides the scope of its token. */
export type RegistryAccess = 'pull' | 'push';

/** Manifest bytes, verified against `digest`, not yet parsed. */
export interface FetchedManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** A blob as it comes. */
export interface FetchedBlob {
  readonly body: Readable;
  /** First byte that comes: what was asked for, or 0 where the server cannot resume. */
  readonly offset: number;
}

/** A blob to upload. */
export interface UploadBlob {
  readonly digest: Digest;
  readonly sizeBytes: number;
  /** Called again for a second attempt. */
  readonly open: () => AsyncIterable<Uint8Array>;
  /** Another repository of the same registry that should have it: "library/busybox". */
  readonly mountFrom?: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (sizeBytes: number) => void;
}

/** One repository of one registry, over the distribution protocol. Errors are EngineErrors with the registry's words. Source: OCI distribution-spec. */
export interface RemoteRepository {
  readonly reference: Reference;
  /** By tag or digest. NOT_FOUND where it is not; DATA_LOSS where the bytes do not fit the digest. */
  fetchManifest(tagOrDigest: string, options?: { readonly signal?: AbortSignal | undefined }): Promise<FetchedManifest>;
  fetchBlob(digest: Digest, options?: { readonly offset?: number; readonly signal?: AbortSignal | undefined }): Promise<FetchedBlob>;
  hasBlob(digest: Digest, signal?: AbortSignal): Promise<boolean>;
  /** "mounted" where the registry took it from another repository. */
  pushBlob(blob: UploadBlob): Promise<'pushed' | 'mounted'>;
  pushManifest(tagOrDigest: string, manifest: { readonly mediaType: string; readonly bytes: Buffer }, signal?: AbortSignal): Promise<Digest>;
  tags(signal?: AbortSignal): Promise<readonly string[]>;
}

/** Speaks to registries. Keeps connections and tokens. */
export interface RegistryClient extends Disposable {
  /** Finds out how the registry of a reference is reached: mirrors first, then itself. UNAVAILABLE where nobody answers. */
  repository(reference: Reference, options?: RepositoryOptions): Promise<RemoteRepository>;
  /** Docker's answer to `POST /auth`. UNAUTHENTICATED where the registry refuses. */
  checkAuth(auth: RegistryAuth, signal?: AbortSignal): Promise<{ readonly Status: string; readonly IdentityToken: string }>;
}

/** For whom and what a repository is opened. */
export interface RepositoryOptions {
  readonly auth?: RegistryAuth | undefined;
  readonly access?: RegistryAccess;
  readonly signal?: AbortSignal | undefined;
}
