import type { Digest } from '../../oci/index.ts';
import type { Records, State } from '../../state/index.ts';

/** A manifest that a repository has. */
export interface ManifestRow {
  readonly mediaType: string;
  readonly sizeBytes: number;
  /** Blobs and manifests that it names. */
  readonly names: readonly Digest[];
  readonly subject?: Digest;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Which repository has what: tags, manifests and blobs. A blob is only served where a repository has it. */
export class Catalog {
  readonly #state: State;
  readonly #tags: Records<Digest>;
  readonly #manifests: Records<ManifestRow>;
  readonly #blobs: Records<true>;

  constructor(state: State) {
    this.#state = state;
    this.#tags = state.records('registry-tag');
    this.#manifests = state.records('registry-manifest');
    this.#blobs = state.records('registry-blob');
  }

  repositories(): readonly string[] {
    return [...new Set(this.#manifests.entries().map(([key]) => key.slice(0, key.indexOf('@'))))].sort();
  }

  has(name: string): boolean {
    return this.repositories().includes(name);
  }

  tags(name: string): readonly string[] {
    return this.#tags
      .entries()
      .filter(([key]) => key.startsWith(`${name}:`))
      .map(([key]) => key.slice(name.length + 1))
      .sort();
  }

  tag(name: string, tag: string): Digest | undefined {
    return this.#tags.get(`${name}:${tag}`);
  }

  untag(name: string, tag: string): boolean {
    return this.#tags.delete(`${name}:${tag}`);
  }

  manifest(name: string, digest: Digest): ManifestRow | undefined {
    return this.#manifests.get(`${name}@${digest}`);
  }

  manifests(name: string): readonly (readonly [digest: Digest, row: ManifestRow])[] {
    return this.#manifests
      .entries()
      .filter(([key]) => key.startsWith(`${name}@`))
      .map(([key, row]) => [key.slice(name.length + 1) as Digest, row] as const);
  }

  putManifest(name: string, digest: Digest, { row, tag }: { readonly row: ManifestRow; readonly tag?: string | undefined }): void {
    this.#state.transaction(() => {
      this.#manifests.put(`${name}@${digest}`, row);
      if (tag !== undefined) this.#tags.put(`${name}:${tag}`, digest);
    });
  }

  /** Forgets a manifest and the tags that name it. */
  deleteManifest(name: string, digest: Digest): boolean {
    return this.#state.transaction(() => {
      for (const tag of this.tags(name)) if (this.tag(name, tag) === digest) this.untag(name, tag);
      return this.#manifests.delete(`${name}@${digest}`);
    });
  }

  hasBlob(name: string, digest: Digest): boolean {
    return this.#blobs.get(`${name}@${digest}`) !== undefined;
  }

  putBlob(name: string, digest: Digest): void {
    this.#blobs.put(`${name}@${digest}`, true);
  }

  deleteBlob(name: string, digest: Digest): boolean {
    return this.#blobs.delete(`${name}@${digest}`);
  }

  /** True while any repository has a blob or manifest of that digest. */
  isUsed(digest: Digest): boolean {
    const ending = `@${digest}`;
    return [...this.#blobs.entries(), ...this.#manifests.entries()].some(([key]) => key.endsWith(ending));
  }
}
