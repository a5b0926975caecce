import type { ImageConfig, ImageInspect, ImageSummary } from '../api/index.ts';
import type { ImageRecord } from '../image/index.ts';
import type { EngineContext } from './context.ts';

/** The answer of `GET /images/{name}/json`. */
export function inspectImage(engine: Pick<EngineContext, 'images' | 'snapshots'>, reference: string): ImageInspect {
  const image = engine.images.resolve(reference);
  const { config } = image;
  const comment = config.history?.at(-1)?.comment ?? '';
  return {
    Id: image.id,
    RepoTags: image.repoTags,
    RepoDigests: image.repoDigests,
    Parent: image.parent ?? '',
    Comment: comment,
    ...(image.created.startsWith('0001-') ? {} : { Created: image.created }),
    DockerVersion: '',
    Author: config.author ?? '',
    Config: imageConfig(image),
    Architecture: config.architecture,
    ...(config.variant ? { Variant: config.variant } : {}),
    Os: config.os,
    ...(config['os.version'] ? { OsVersion: config['os.version'] } : {}),
    Size: image.sizeBytes,
    GraphDriver: { Name: 'overlay2', Data: image.chainId ? { UpperDir: engine.snapshots.layerDir(image.chainId) } : null },
    RootFS: { Type: 'layers', Layers: image.layers },
    Metadata: { LastTagTime: image.lastTagTime ?? '0001-01-01T00:00:00Z' },
  };
}

function imageConfig({ config: { config = {} } }: ImageRecord): ImageConfig {
  return {
    ...config,
    Cmd: config.Cmd ?? null,
    Entrypoint: config.Entrypoint ?? null,
    Env: config.Env ?? null,
    Labels: config.Labels ?? null,
    OnBuild: config.OnBuild ?? null,
    User: config.User ?? '',
    Volumes: config.Volumes ?? null,
    WorkingDir: config.WorkingDir ?? '',
  } as ImageConfig;
}

/** One element of `GET /images/json`; shared sizes and container counts are -1 where nobody asked. */
export function imageSummary(image: ImageRecord, counts: { shared: number; containers: number }): ImageSummary {
  return {
    Containers: counts.containers,
    Created: Math.floor(Date.parse(image.created) / 1000),
    Id: image.id,
    Labels: image.config.config?.Labels ?? null,
    ParentId: image.parent ?? '',
    RepoDigests: image.repoDigests,
    RepoTags: image.repoTags,
    SharedSize: counts.shared,
    Size: image.sizeBytes,
  };
}
