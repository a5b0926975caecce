import type { SingleFlight } from '../base/index.ts';
import type { ContentStore } from '../content/index.ts';
import type { Digest } from '../oci/index.ts';
import type { Snapshotter } from '../snapshot/index.ts';
import type { State } from '../state/index.ts';
import type { RegistryClient } from '../registry/index.ts';
import type { Holds } from './holds.ts';
import type { Library } from './library.ts';

/** A container that is made from an image. */
export interface ImageUser {
  /** Its id, whole. */
  readonly containerId: string;
  readonly running: boolean;
}

/** An event about an image: "pull", "tag", "untag", "delete", "load", "save", "push", "import", "prune". */
export interface ImageEvent {
  readonly Action: string;
  readonly id: string;
  readonly attributes: Record<string, string>;
}

/** Everything of its neighbours that the image store needs. */
export interface ImageStoreOptions {
  readonly state: State;
  readonly content: ContentStore;
  readonly snapshots: Snapshotter;
  /** Reaches registries with Docker's defaults unless given. */
  readonly registry?: RegistryClient;
  /** Containers made from an image; none by default. Told by the engine. */
  readonly usersOf?: (imageId: Digest) => readonly ImageUser[];
  /** True for chain ids and blobs that someone else, the build cache, wants kept when no image needs them. */
  readonly retains?: (digest: Digest) => boolean;
  readonly publish?: (event: ImageEvent) => void;
  /** Milliseconds since 1970; a test brings its own. */
  readonly now?: () => number;
  /** Pause before a broken download is tried again, times the number of tries. */
  readonly retryDelayMs?: number;
}

/** What the functions of this room work on. */
export interface ImageContext extends Required<ImageStoreOptions> {
  readonly library: Library;
  readonly holds: Holds;
  /** Two pulls that need the same blob fetch it once. */
  readonly downloads: SingleFlight<void>;
}

/** Time as image records have it: RFC 3339. */
export function timestamp(context: ImageContext): string {
  return new Date(context.now()).toISOString();
}
