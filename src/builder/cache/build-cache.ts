import type { Digest } from '../../oci/index.ts';
import type { BuildContent, BuildRecords, BuildSnapshots } from '../types.ts';

/** The outcome of one step, found again by its key. */
export interface CacheRecord {
  readonly key: string;
  /** Digest of the layer's tar, and of its blob. */
  readonly diffId: Digest;
  readonly blob: Digest;
  /** Chain with this layer on top as it was made; `--link` layers also sit on others. */
  readonly chainId: Digest;
  readonly parent: Digest | undefined;
  readonly sizeBytes: number;
  /** "[2/5] RUN npm ci" */
  readonly description: string;
  /** RFC 3339. */
  readonly created: string;
  readonly lastUsed: string;
  readonly usageCount: number;
}

/** Outcomes of steps across builds. What a record names is kept from removal; see `retains`. */
export class BuildCache {
  readonly #records: BuildRecords<CacheRecord>;
  readonly #snapshots: BuildSnapshots;
  readonly #content: BuildContent;
  readonly #now: () => number;
  #retained: Set<string> | undefined;

  constructor(records: BuildRecords<CacheRecord>, stores: { snapshots: BuildSnapshots; content: BuildContent; now: () => number }) {
    this.#records = records;
    this.#snapshots = stores.snapshots;
    this.#content = stores.content;
    this.#now = stores.now;
  }

  /** The outcome of a step whose layer is still there. */
  find(key: string): CacheRecord | undefined {
    const record = this.#records.get(key);
    if (!record) return undefined;
    if (!this.#content.has(record.blob)) {
      this.remove(key);
      return undefined;
    }
    const used = { ...record, lastUsed: new Date(this.#now()).toISOString(), usageCount: record.usageCount + 1 };
    this.#records.put(key, used);
    return used;
  }

  put(record: CacheRecord): void {
    this.#records.put(record.key, record);
    this.#retained = undefined;
  }

  remove(key: string): void {
    this.#records.delete(key);
    this.#retained = undefined;
  }

  all(): CacheRecord[] {
    return [...this.#records.all()];
  }

  /** True for a layer (chain id) or blob that some record needs: the image store keeps it when the last image goes. */
  retains(digest: Digest): boolean {
    this.#retained ??= this.#collect();
    return this.#retained.has(digest);
  }

  #collect(): Set<string> {
    const kept = new Set<string>();
    for (const { blob, chainId } of this.#records.all()) {
      kept.add(blob);
      for (let chain: Digest | undefined = chainId; chain !== undefined && !kept.has(chain); chain = this.#snapshots.layer(chain)?.parent) kept.add(chain);
    }
    return kept;
  }
}
