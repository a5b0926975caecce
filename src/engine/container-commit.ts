import type { ContainerConfig } from '../api/index.ts';
import { EngineError } from '../base/index.ts';
import { applyChanges } from '../image/index.ts';
import { chainId } from '../oci/index.ts';
import type { Digest, ImageConfig, RunConfig } from '../oci/index.ts';
import type { Container } from './container.ts';
import { publishContainerEvent } from './container-events.ts';
import type { EngineContext } from './context.ts';
import { commandLine } from './merge-config.ts';
import { nowText } from './now.ts';

/** What stands in the query and body of a commit. */
export interface CommitOptions {
  /** "name" or "name:tag"; none leaves the image unnamed. */
  readonly reference?: string | undefined;
  readonly comment?: string;
  readonly author?: string;
  /** Freezes the container while its files are read; true unless said otherwise. */
  readonly pause: boolean;
  /** Dockerfile lines. */
  readonly changes: readonly string[];
  /** Over the container's own config. */
  readonly config?: Partial<ContainerConfig> | undefined;
}

/** Makes an image of a container's file system and config; answers its id. */
export async function commitContainer(engine: EngineContext, reference: string, options: CommitOptions): Promise<string> {
  const container = engine.containers.resolve(reference);
  if (container.state.status === 'dead') throw new EngineError('CONFLICT', `You cannot commit container ${container.id} which is Dead`);
  if (container.state.status === 'removing') throw new EngineError('CONFLICT', `You cannot commit container ${container.id} which is being removed`);
  const config = applyChanges(runConfig({ ...container.record.config, ...options.config }), options.changes);
  const base = engine.images.find(container.record.imageId);
  const diffId = await layerOf(engine, container, options.pause);
  const layers = [...(base?.layers ?? []), diffId];
  const top = chainId(layers);
  if (top) await engine.snapshots.unpack({ chainId: top, ...(base?.chainId ? { parent: base.chainId } : {}), blobPath: engine.content.path(diffId), diffId });
  const image = await engine.images.create({
    config: imageConfig(container, { base: base?.config, layers, config, options }),
    layers: layers.map((layer) => (layer === diffId ? { diffId, blob: diffId } : { diffId: layer })),
    ...(options.reference ? { tags: [options.reference] } : {}),
    ...(base ? { parent: base.id } : {}),
  });
  publishContainerEvent(engine, container, 'commit', { comment: options.comment ?? '', imageID: image.id, imageRef: options.reference ?? '' });
  return image.id;
}

/** Stores what the container changed as a plain tar: its digest is both the blob's and the layer's. */
async function layerOf(engine: EngineContext, container: Container, pause: boolean): Promise<Digest> {
  const { task } = container;
  const freeze = pause && task !== undefined && container.state.status === 'running';
  if (freeze) await task.pause();
  try {
    return (await engine.content.ingest(engine.snapshots.diffTar(container.id))).digest;
  } finally {
    if (freeze) await task.resume();
  }
}

interface ConfigParts {
  readonly base: ImageConfig | undefined;
  readonly layers: readonly Digest[];
  readonly config: RunConfig;
  readonly options: CommitOptions;
}

function imageConfig({ record }: Container, { base, layers, config, options }: ConfigParts): ImageConfig {
  const created = nowText();
  const { path, args } = commandLine(record.config);
  const step = {
    created,
    created_by: [path, ...args].join(' '),
    ...(options.author ? { author: options.author } : {}),
    ...(options.comment ? { comment: options.comment } : {}),
  };
  return {
    ...(base ?? { os: 'linux', architecture: 'amd64' }),
    created,
    ...(options.author ? { author: options.author } : {}),
    config,
    rootfs: { type: 'layers', diff_ids: layers },
    history: [...(base?.history ?? []), step],
  };
}

/** The part of a container's config that an image keeps. */
function runConfig(config: ContainerConfig): RunConfig {
  const { User, ExposedPorts, Env, Entrypoint, Cmd, Volumes, WorkingDir, Labels, StopSignal, StopTimeout, Healthcheck, Shell, OnBuild } = config;
  const kept = { User, ExposedPorts, Env, Entrypoint, Cmd, Volumes, WorkingDir, Labels, StopSignal, StopTimeout, Healthcheck, Shell, OnBuild };
  return Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined && value !== null && value !== '')) as RunConfig;
}
