import { createHash } from 'node:crypto';

import { EngineError, randomId } from '../../base/index.ts';
import type { Digest } from '../../oci/index.ts';
import type { FileWorker } from '../copy/file-worker.ts';
import type { CopySource } from '../copy/types.ts';
import type { FileSource } from '../definition.ts';
import { selectSources } from '../source/select.ts';
import type { Selected, Selection, SelectionResult } from '../source/select.ts';
import type { BuildRecords, BuildSnapshots, RootState } from '../types.ts';

/** What is known of a selection without looking at its files again. */
interface ScanRecord {
  readonly digest: string;
  readonly missing?: string;
}

/** Looks files up in sources. Chains never change, so their digests are remembered across builds. */
export class ScanMemo {
  readonly #records: BuildRecords<ScanRecord>;
  readonly #snapshots: BuildSnapshots;
  readonly #worker: FileWorker;
  readonly #empty: string;

  /** `emptyFolder` stands for the root file system of `scratch`. */
  constructor(records: BuildRecords<ScanRecord>, snapshots: BuildSnapshots, options: { worker: FileWorker; emptyFolder: string }) {
    this.#records = records;
    this.#snapshots = snapshots;
    this.#worker = options.worker;
    this.#empty = options.emptyFolder;
  }

  /** The digest of what a selection copies. Throws NOT_FOUND for a source that does not exist. */
  async digest(source: FileSource, root: RootState | undefined, selection: Selection): Promise<{ digest: string; files: ReadonlyMap<string, string> }> {
    if (source.kind === 'tree') {
      const { digest, digests, missing } = selectSources(source.tree, selection);
      if (missing !== undefined) throw notFound(missing, source);
      return { digest, files: digests };
    }
    const key = `${root?.chainId ?? 'scratch'} ${createHash('sha256').update(JSON.stringify(selection)).digest('hex')}`;
    const known = this.#records.get(key) ?? (await this.#scanned(key, root, selection));
    if (known.missing !== undefined) throw notFound(known.missing, source);
    return { digest: known.digest, files: new Map() };
  }

  /** Calls `use` with the files of a selection, while their source can be read. */
  async withFiles<T>(
    source: FileSource,
    root: RootState | undefined,
    selection: Selection,
    use: (selected: readonly Selected[], from: CopySource) => Promise<T>,
  ): Promise<T> {
    if (source.kind === 'tree') {
      const { tree } = source;
      const { selected } = selectSources(tree, selection);
      const offsets = new Map(
        selected.flatMap(({ entries }) =>
          entries.filter(({ node }) => node.type === 'file').map(({ source: path }): [string, number] => [path, tree.offset(path)]),
        ),
      );
      return await use(selected, { kind: 'spool', file: tree.file, offsets });
    }
    return await this.withView(root?.chainId, async (folder) => {
      const { selected } = await this.#worker.scan({ kind: 'scan', root: folder, selection });
      return await use(selected, { kind: 'disk', root: folder });
    });
  }

  /** Mounts a chain read-only while `use` runs. */
  async withView<T>(chainId: Digest | undefined, use: (folder: string) => Promise<T>): Promise<T> {
    if (chainId === undefined) return await use(this.#empty);
    const key = `build-${randomId()}`;
    try {
      return await use(this.#snapshots.view(key, chainId).target);
    } finally {
      this.#snapshots.remove(key);
    }
  }

  async #scanned(key: string, root: RootState | undefined, selection: Selection): Promise<ScanRecord> {
    const { digest, missing }: SelectionResult = await this.withView(root?.chainId, (folder) => this.#worker.scan({ kind: 'scan', root: folder, selection }));
    const record: ScanRecord = { digest, ...(missing === undefined ? {} : { missing }) };
    this.#records.put(key, record);
    return record;
  }
}

function notFound(path: string, source: FileSource): EngineError {
  if (source.kind === 'tree' && source.name === 'context') {
    return new EngineError(
      'NOT_FOUND',
      `COPY failed: file not found in build context or excluded by .dockerignore: stat ${path.replace(/^\/+/, '')}: file does not exist`,
    );
  }
  return new EngineError('NOT_FOUND', `COPY failed: stat ${path}: file does not exist in ${source.name}`);
}
