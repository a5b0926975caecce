import { readFileSync } from 'node:fs';

import { EngineError } from '../base/index.ts';
import type { ContentStore } from '../content/index.ts';
import { chainIds, familiarReference, parseConfig, parseReference } from '../oci/index.ts';
import type { Digest, ImageConfig } from '../oci/index.ts';
import type { Snapshotter } from '../snapshot/index.ts';
import type { Records, State } from '../state/index.ts';
import type { ImageRecord } from './types.ts';

/** A layer of an image as the store keeps it. */
export interface LayerRow {
  readonly diffId: Digest;
  /** The blob it came as: a tar, plain or compressed. */
  readonly blob: Digest;
  /** What a registry calls it. */
  readonly mediaType: string;
  /** Its gzip form, made when a plain one was pushed. */
  readonly pushed?: { readonly digest: Digest; readonly size: number };
}

/** Record "image" under the image's id. */
export interface ImageRow {
  readonly id: Digest;
  readonly layers: readonly LayerRow[];
  readonly parent?: Digest;
  readonly lastTagTime?: string;
  /** Manifests and indexes that it was pulled or pushed with. */
  readonly manifests?: readonly Digest[];
}

/** Record "image-name" under the normalised reference: a tag, or a digest that a registry gave. */
export interface NameRow {
  readonly id: Digest;
}

/** What the library is read from. */
export interface LibraryParts {
  readonly state: State;
  readonly content: ContentStore;
  readonly snapshots: Snapshotter;
}

/** Images and their names, in memory as in the database: what is looked up for every `run` costs no query. */
export class Library {
  readonly #parts: LibraryParts;
  readonly #imageRecords: Records<ImageRow>;
  readonly #nameRecords: Records<NameRow>;
  readonly #images = new Map<Digest, ImageRow>();
  readonly #names = new Map<string, Digest>();
  readonly #configs = new Map<Digest, ImageConfig>();
  readonly #chains = new Map<Digest, readonly Digest[]>();

  constructor(parts: LibraryParts) {
    this.#parts = parts;
    this.#imageRecords = parts.state.records('image');
    this.#nameRecords = parts.state.records('image-name');
    for (const row of this.#imageRecords.all()) this.#images.set(row.id, row);
    for (const [name, { id }] of this.#nameRecords.entries()) if (this.#images.has(id)) this.#names.set(name, id);
  }

  rows(): readonly ImageRow[] {
    return [...this.#images.values()];
  }

  row(id: Digest): ImageRow | undefined {
    return this.#images.get(id);
  }

  /** The image's record as clients see it; NOT_FOUND where there is none. */
  image(id: Digest): ImageRecord {
    const row = this.#images.get(id);
    if (!row) throw noSuchImage(id);
    const config = this.config(id);
    const names = this.namesOf(id).map((name) => parseReference(name));
    const layers = row.layers.map(({ diffId }) => diffId);
    const top = this.chainOf(row).at(-1);
    return {
      id,
      repoTags: names.filter(({ digest }) => !digest).map(familiarReference),
      repoDigests: names.filter(({ digest }) => digest).map(familiarReference),
      config,
      layers,
      ...(top && { chainId: top }),
      sizeBytes: this.sizeOf(row),
      created: config.created ?? '0001-01-01T00:00:00Z',
      ...(row.parent && { parent: row.parent }),
      ...(row.lastTagTime !== undefined && { lastTagTime: row.lastTagTime }),
    };
  }

  config(id: Digest): ImageConfig {
    const known = this.#configs.get(id);
    if (known) return known;
    const config = parseConfig(readFileSync(this.#parts.content.path(id)));
    this.#configs.set(id, config);
    return config;
  }

  /** Chain ids of an image's layers, bottom first. */
  chainOf(row: ImageRow): readonly Digest[] {
    const known = this.#chains.get(row.id);
    if (known) return known;
    const chain = chainIds(row.layers.map(({ diffId }) => diffId));
    if (this.#images.has(row.id)) this.#chains.set(row.id, chain);
    return chain;
  }

  sizeOf(row: ImageRow): number {
    return this.chainOf(row).reduce((sum, chain) => sum + (this.#parts.snapshots.layer(chain)?.sizeBytes ?? 0), 0);
  }

  idOf(name: string): Digest | undefined {
    return this.#names.get(name);
  }

  names(): ReadonlyMap<string, Digest> {
    return this.#names;
  }

  /** Normalised names of an image, in alphabetical order. */
  namesOf(id: Digest): readonly string[] {
    return [...this.#names]
      .filter(([, owner]) => owner === id)
      .map(([name]) => name)
      .sort();
  }

  childrenOf(id: Digest): readonly ImageRow[] {
    return this.rows().filter(({ parent }) => parent === id);
  }

  /** The layer that some image has for a diff id. */
  layerOf(diffId: Digest): LayerRow | undefined {
    for (const { layers } of this.#images.values()) for (const layer of layers) if (layer.diffId === diffId) return layer;
    return undefined;
  }

  /** The layer that came as a blob, in any image. */
  layerWithBlob(blob: Digest): LayerRow | undefined {
    for (const { layers } of this.#images.values()) for (const layer of layers) if (layer.blob === blob) return layer;
    return undefined;
  }

  putImage(row: ImageRow): void {
    this.#imageRecords.put(row.id, row);
    this.#images.set(row.id, row);
  }

  /** Keeps manifests with an image, so that they stay and go with it. */
  addManifests(id: Digest, manifests: readonly Digest[]): void {
    const row = this.#images.get(id);
    if (row) this.putImage({ ...row, manifests: [...new Set([...(row.manifests ?? []), ...manifests])] });
  }

  deleteImage(id: Digest): void {
    this.#imageRecords.delete(id);
    this.#images.delete(id);
    this.#configs.delete(id);
    this.#chains.delete(id);
  }

  putName(name: string, id: Digest): void {
    this.#nameRecords.put(name, { id });
    this.#names.set(name, id);
  }

  deleteName(name: string): void {
    this.#nameRecords.delete(name);
    this.#names.delete(name);
  }

  /** All writes of `work`, or none. Memory is only right again after a failure when `work` has no write before what can fail. */
  transaction<T>(work: () => T): T {
    return this.#parts.state.transaction(work);
  }
}

/** Docker's words, which clients match to pull what is missing. */
export function noSuchImage(name: string): EngineError {
  return new EngineError('NOT_FOUND', `No such image: ${name}`);
}
