import type { HistoryEntry, ImageConfig } from '../oci/index.ts';
import { HISTORY_COMMENT } from './frontend/history.ts';
import type { StageState } from './frontend/stage-state.ts';
import type { Vertex } from './definition.ts';
import type { RootState } from './types.ts';

/** What an image is made of besides its stage. */
export interface ExportOptions {
  readonly root: RootState;
  readonly resultOf: (vertex: Vertex) => RootState;
  /** `--label`, over those of the Dockerfile. */
  readonly labels: Readonly<Record<string, string>>;
  /** SOURCE_DATE_EPOCH in seconds: the only time that appears in the image. */
  readonly epoch: number | undefined;
  readonly now: number;
}

/** The config document of the image that a stage makes. The same stage with the same layers gives the same bytes: times are those at which layers were made. */
export function imageConfig(stage: StageState, options: ExportOptions): ImageConfig {
  const { os, architecture, variant } = stage.base;
  const history = [...(stage.base.history ?? []), ...newHistory(stage, options)];
  const created =
    options.epoch === undefined
      ? (history.at(-1)?.created ?? stage.base.created ?? new Date(options.now).toISOString())
      : new Date(options.epoch * 1000).toISOString();
  const labels = { ...stage.settings.Labels, ...options.labels };
  const config = { ...stage.settings, ...(Object.keys(labels).length > 0 ? { Labels: labels } : {}) };
  return {
    architecture,
    ...(variant === undefined ? {} : { variant }),
    os,
    ...(stage.author === undefined ? {} : { author: stage.author }),
    config,
    created,
    history,
    rootfs: { type: 'layers', diff_ids: options.root.layers.map(({ diffId }) => diffId) },
  };
}

/** Lines without a layer carry the time of the layer before them, those before the first layer of the first one. */
function newHistory(stage: StageState, options: ExportOptions): HistoryEntry[] {
  const epoch = options.epoch === undefined ? undefined : new Date(options.epoch * 1000).toISOString();
  const times = stage.history.map(({ vertex }) => epoch ?? (vertex ? options.resultOf(vertex).created : undefined));
  const first = stage.base.created ?? times.find((time) => time !== undefined) ?? new Date(options.now).toISOString();
  let last = first;
  return stage.history.map(({ createdBy, vertex }, at) => {
    last = times[at] ?? last;
    return { created: last, created_by: createdBy, comment: HISTORY_COMMENT, ...(vertex ? {} : { empty_layer: true }) };
  });
}
