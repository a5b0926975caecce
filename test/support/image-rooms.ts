import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openContent } from '../../src/content/index.ts';
import type { ContentStore } from '../../src/content/index.ts';
import { openImages } from '../../src/image/index.ts';
import type { ImageEvent, ImageStore, ImageStoreOptions, ProgressMessage } from '../../src/image/index.ts';
import { createRegistryClient } from '../../src/registry/index.ts';
import type { RegistryConfig } from '../../src/registry/index.ts';
import { openSnapshots } from '../../src/snapshot/index.ts';
import type { Snapshotter } from '../../src/snapshot/index.ts';
import { openState } from '../../src/state/index.ts';

/** The image rooms on a private folder. */
export interface ImageRooms extends AsyncDisposable {
  readonly root: string;
  readonly images: ImageStore;
  readonly content: ContentStore;
  readonly snapshots: Snapshotter;
  readonly events: ImageEvent[];
  /** Progress of everything that was given `follow`. */
  readonly messages: ProgressMessage[];
  readonly follow: { readonly onProgress: (message: ProgressMessage) => void };
  /** Opens the same folder again, as an engine does that was killed. */
  reopen(): ImageRooms;
  /** Closes the database and the connections; the folder stays. */
  close(): void;
}

/** Rooms that end with the test: `await using rooms = imageRooms()`. */
export function imageRooms(
  options: Partial<ImageStoreOptions> & { readonly registries?: RegistryConfig } = {},
  root: string = mkdtempSync(join(tmpdir(), 'slipway-images-')),
): ImageRooms {
  const { registries, ...given } = options;
  const content = openContent(join(root, 'content'));
  const snapshots = openSnapshots(join(root, 'snapshots'));
  const state = openState(join(root, 'state.db'));
  const registry = createRegistryClient(registries ?? {});
  const events: ImageEvent[] = [];
  const messages: ProgressMessage[] = [];
  const images = openImages({ state, content, snapshots, registry, retryDelayMs: 1, publish: (event) => void events.push(event), ...given });
  const close = (): void => {
    registry[Symbol.dispose]();
    state.close();
  };
  return {
    root,
    close,
    images,
    content,
    snapshots,
    events,
    messages,
    follow: { onProgress: (message) => void messages.push(message) },
    reopen: () => imageRooms(options, root),
    async [Symbol.asyncDispose]() {
      for (const key of snapshots.actives()) snapshots.remove(key);
      await snapshots.idle();
      close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
