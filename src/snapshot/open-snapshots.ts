import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

import { EngineError, randomId, SingleFlight, systemCode } from '../base/index.ts';
import { digestFromHex, hexOf, parseDigest } from '../oci/index.ts';
import type { Digest } from '../oci/index.ts';
import { changesOf } from './changes.ts';
import { diskUsage } from './disk-usage.ts';
import type { Extracted } from './extract.ts';
import { ensureInitLayer } from './init-layer.ts';
import { activeFolder, layerFolder, snapshotLayout } from './layout.ts';
import type { SnapshotLayout } from './layout.ts';
import { mountOverlay, overlayOptions, unmountOverlay } from './overlay-mount.ts';
import { Trash } from './trash.ts';
import type { ActiveSnapshot, Change, LayerInfo, Snapshotter, UnpackedLayer, UnpackRequest, UnpackSource } from './types.ts';
import { layerThreads } from './worker-pool.ts';

/** Opens the layers and snapshots under `root`, makes its folders (0700), and clears away what a killed engine was making. One store per root at a time. */
export function openSnapshots(root: string): Snapshotter {
  const layout = snapshotLayout(root);
  mkdirSync(root, { recursive: true, mode: 0o700 });
  for (const folder of [layout.layers, layout.active, layout.making]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  mkdirSync(layout.empty, { recursive: true, mode: 0o755 });
  return new OverlaySnapshots(layout);
}

interface Active {
  readonly parent?: Digest;
  /** Read-only, and without mount points for a container. */
  readonly view: boolean;
}

class OverlaySnapshots implements Snapshotter {
  readonly #layout: SnapshotLayout;
  readonly #trash: Trash;
  readonly #layers: Map<Digest, LayerInfo>;
  readonly #actives: Map<string, Active>;
  readonly #unpacking = new SingleFlight<LayerInfo>();

  constructor(layout: SnapshotLayout) {
    this.#layout = layout;
    this.#trash = new Trash(layout.trash);
    for (const name of readdirSync(layout.making)) this.#trash.take(join(layout.making, name));
    this.#layers = readLayers(layout);
    this.#actives = readActives(layout);
  }

  async unpack(request: UnpackRequest): Promise<LayerInfo> {
    const known = this.#layers.get(request.chainId);
    return known ?? (await this.#unpacking.runOrTakeOver(request.chainId, () => this.#unpack(request), request.signal));
  }

  async #unpack({ chainId, parent, diffId, ...source }: UnpackRequest): Promise<LayerInfo> {
    using unpacked = await this.extract(source, { digest: diffId !== undefined });
    if (diffId !== unpacked.diffId) {
      throw new EngineError('DATA_LOSS', `layers from manifest don't match image configuration: layer has diff id ${unpacked.diffId}, not ${diffId}`);
    }
    return unpacked.commit(chainId, parent);
  }

  async extract(source: UnpackSource, { digest = false }: { readonly digest?: boolean } = {}): Promise<UnpackedLayer> {
    const making = this.#scratch();
    const directory = join(making, 'fs');
    mkdirSync(directory, { recursive: true, mode: 0o755 });
    try {
      const job = {
        kind: 'extract',
        directory,
        options: { whiteouts: 'overlay' },
        digest,
        ...(source.blobPath !== undefined && { file: source.blobPath }),
      } as const;
      const result = await layerThreads.run(job, source);
      return this.#unpacked(making, result ?? { sizeBytes: 0, entries: 0 });
    } catch (error) {
      this.#trash.take(making);
      throw error;
    }
  }

  #unpacked(making: string, { sizeBytes, diffId }: Extracted): UnpackedLayer {
    return {
      sizeBytes,
      ...(diffId !== undefined && { diffId: parseDigest(diffId) }),
      commit: (chainId, parent) => this.#layers.get(chainId) ?? this.#commitFolder(making, { chainId, sizeBytes, ...(parent && { parent }) }),
      [Symbol.dispose]: () => void this.#trash.take(making),
    };
  }

  has(chainId: Digest): boolean {
    return this.#layers.has(chainId);
  }

  layer(chainId: Digest): LayerInfo | undefined {
    return this.#layers.get(chainId);
  }

  layers(): readonly LayerInfo[] {
    return [...this.#layers.values()];
  }

  layerDir(chainId: Digest): string {
    return join(layerFolder(this.#layout, chainId), 'fs');
  }

  prepare(key: string, parent?: Digest): ActiveSnapshot {
    return this.#prepare(key, { view: false, ...(parent && { parent }) });
  }

  view(key: string, chainId: Digest): ActiveSnapshot {
    const snapshot = this.#prepare(key, { view: true, parent: chainId });
    snapshot.mount();
    return snapshot;
  }

  #prepare(key: string, active: Active): ActiveSnapshot {
    const folder = activeFolder(this.#layout, key);
    if (this.#actives.has(key)) throw new EngineError('ALREADY_EXISTS', `snapshot ${key} already exists`);
    this.#lowerDirs(active);
    const making = this.#scratch();
    mkdirSync(making, { mode: 0o700 });
    for (const name of active.view ? ['rootfs'] : ['upper', 'work', 'rootfs']) mkdirSync(join(making, name), { mode: 0o755 });
    if (active.parent) symlinkSync(hexOf(active.parent), join(making, 'parent'));
    renameSync(making, folder);
    this.#actives.set(key, active);
    return this.#snapshot(key, active);
  }

  active(key: string): ActiveSnapshot | undefined {
    const active = this.#actives.get(key);
    return active && this.#snapshot(key, active);
  }

  actives(): readonly string[] {
    return [...this.#actives.keys()];
  }

  mounted(key: string): boolean {
    const folder = activeFolder(this.#layout, key);
    const [outer, inner] = [folder, join(folder, 'rootfs')].map((path) => statSync(path, { throwIfNoEntry: false })?.dev);
    return inner !== undefined && outer !== inner;
  }

  diffTar(key: string, options: { readonly clampTime?: number } = {}): Readable {
    return layerThreads.stream({ kind: 'diff', directory: this.#known(key).upperDir, options });
  }

  layerTar(chainId: Digest): Readable {
    if (!this.has(chainId)) throw new EngineError('NOT_FOUND', `layer ${chainId} does not exist`);
    return layerThreads.stream({ kind: 'diff', directory: this.layerDir(chainId), options: {} });
  }

  async commit(key: string, chainId: Digest): Promise<LayerInfo> {
    const { upperDir, parent } = this.#known(key);
    const known = this.#layers.get(chainId);
    if (known) {
      this.remove(key);
      return known;
    }
    const sizeBytes = await diskUsage(upperDir);
    this.#unmount(key);
    const making = this.#scratch();
    mkdirSync(making, { mode: 0o700 });
    renameSync(upperDir, join(making, 'fs'));
    const layer = this.#commitFolder(making, { chainId, sizeBytes, ...(parent && { parent }) });
    this.remove(key);
    return layer;
  }

  async changes(key: string): Promise<readonly Change[]> {
    return await changesOf(this.#known(key));
  }

  async usage(key: string): Promise<number> {
    return await diskUsage(this.#known(key).upperDir);
  }

  remove(key: string): void {
    const folder = activeFolder(this.#layout, key);
    this.#unmount(key);
    this.#trash.take(folder);
    this.#actives.delete(key);
  }

  removeLayer(chainId: Digest): void {
    const user = this.layers().find(({ parent }) => parent === chainId)?.chainId ?? [...this.#actives].find(([, { parent }]) => parent === chainId)?.[0];
    if (user !== undefined) throw new EngineError('FAILED_PRECONDITION', `layer ${chainId} is in use by ${user}`);
    this.#trash.take(layerFolder(this.#layout, chainId));
    this.#layers.delete(chainId);
  }

  async idle(): Promise<void> {
    await this.#trash.idle();
  }

  #scratch(): string {
    return join(this.#layout.making, randomId());
  }

  #commitFolder(making: string, made: Omit<LayerInfo, 'createdAtMs'>): LayerInfo {
    const layer = { ...made, createdAtMs: Date.now() };
    const { chainId: _, ...record } = layer;
    writeFileSync(join(making, 'layer.json'), JSON.stringify(record), { mode: 0o600 });
    renameSync(making, layerFolder(this.#layout, layer.chainId));
    this.#layers.set(layer.chainId, layer);
    return layer;
  }

  #known(key: string): ActiveSnapshot {
    const active = this.active(key);
    if (!active) throw new EngineError('NOT_FOUND', `snapshot ${key} does not exist`);
    return active;
  }

  /** Topmost first, with the layer of mount points on top where a container will live. */
  #lowerDirs({ parent, view }: Active): string[] {
    const lowerDirs = this.#stack(parent);
    if (view) return lowerDirs;
    const init = parent ? join(layerFolder(this.#layout, parent), 'init') : `${this.#layout.empty}-init`;
    return [ensureInitLayer(init, { lowerDirs, scratch: this.#scratch() }), ...lowerDirs];
  }

  #stack(top: Digest | undefined): string[] {
    const folders: string[] = [];
    for (let chainId = top; chainId; chainId = this.#layers.get(chainId)?.parent) {
      if (!this.#layers.has(chainId)) throw new EngineError('FAILED_PRECONDITION', `layer ${chainId} is missing`);
      folders.push(this.layerDir(chainId));
    }
    return folders.length === 0 ? [this.#layout.empty] : folders;
  }

  #snapshot(key: string, active: Active): ActiveSnapshot {
    const folder = activeFolder(this.#layout, key);
    const lowerDirs = this.#lowerDirs(active);
    const [upperDir, workDir, target] = [join(folder, 'upper'), join(folder, 'work'), join(folder, 'rootfs')];
    const overlay = active.view ? viewOf(lowerDirs, this.#layout.empty) : { lowerDirs, upperDir, workDir };
    return {
      key,
      ...(active.parent && { parent: active.parent }),
      lowerDirs,
      upperDir,
      workDir,
      target,
      mountOptions: overlayOptions(overlay),
      mount: (options) => {
        if (!this.mounted(key)) mountOverlay(overlay, target, options);
      },
      unmount: () => this.#unmount(key),
    };
  }

  #unmount(key: string): void {
    while (this.mounted(key)) unmountOverlay(join(activeFolder(this.#layout, key), 'rootfs'));
  }
}

/** An overlay without upper folder needs two lower ones. */
function viewOf(lowerDirs: readonly string[], empty: string): { readonly lowerDirs: readonly string[] } {
  return { lowerDirs: lowerDirs.length > 1 ? lowerDirs : [...lowerDirs, empty] };
}

function readLayers({ layers }: SnapshotLayout): Map<Digest, LayerInfo> {
  const found = new Map<Digest, LayerInfo>();
  for (const name of readdirSync(layers)) {
    const chainId = digestFromHex(name);
    found.set(chainId, { chainId, ...(JSON.parse(readFileSync(join(layers, name, 'layer.json'), 'utf8')) as Omit<LayerInfo, 'chainId'>) });
  }
  return found;
}

function readActives({ active }: SnapshotLayout): Map<string, Active> {
  return new Map(readdirSync(active).map((key): [string, Active] => [key, readActive(join(active, key))]));
}

function readActive(folder: string): Active {
  const view = !existsSync(join(folder, 'upper'));
  try {
    return { view, parent: digestFromHex(readlinkSync(join(folder, 'parent'))) };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return { view };
    throw error;
  }
}
