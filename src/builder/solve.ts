import { randomId, Semaphore } from '../base/index.ts';
import { chainIds } from '../oci/index.ts';
import type { Digest } from '../oci/index.ts';
import { BuildError, buildError } from './build-error.ts';
import type { CacheRecord } from './cache/build-cache.ts';
import { cacheKey } from './cache/ingredients.ts';
import type { Ingredients } from './cache/ingredients.ts';
import { inputsOf } from './definition.ts';
import type { CopyOp, FolderOp, RunOp, Vertex } from './definition.ts';
import type { Flights } from './flights.ts';
import { makeFolder } from './copy/copy-files.ts';
import { copyIngredients, runCopy } from './ops/copy.ts';
import type { OpContext } from './ops/op-context.ts';
import { runCommand, runIngredients } from './ops/run.ts';
import type { BuildProgress, VertexProgress } from './progress/build-progress.ts';
import { contextNeeded } from './source/tar-tree.ts';
import type { RootState } from './types.ts';

type FileOp = CopyOp | RunOp | FolderOp;

export interface SolveOptions {
  readonly progress: BuildProgress;
  readonly flights: Flights;
  /** How many steps run at once, over all builds. */
  readonly permits: Semaphore;
  readonly signal: AbortSignal;
  /** Names earlier builds of the same thing: tag and Dockerfile. */
  readonly project: string;
}

/** Runs what the results of `targets` need, each vertex once, side by side where they do not wait for each other. The first error stops what has not begun. */
export class Solver {
  readonly #context: OpContext;
  readonly #options: SolveOptions;
  readonly #results = new Map<string, Promise<RootState>>();
  readonly #done = new Map<string, RootState>();
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  /** How each vertex came out, for the classic output. */
  readonly cached = new Set<string>();

  constructor(context: Omit<OpContext, 'resultOf'>, options: SolveOptions) {
    this.#context = { ...context, resultOf: (vertex) => this.result(vertex) };
    this.#options = options;
    this.#signal = AbortSignal.any([options.signal, this.#stop.signal]);
  }

  /** The result of a vertex that is done; the empty root for none. */
  result(vertex: Vertex | undefined): RootState {
    if (!vertex) return { chainId: undefined, layers: [] };
    const state = this.#done.get(vertex.id);
    if (!state) throw new BuildError('INTERNAL', `step "${vertex.name}" is not done`);
    return state;
  }

  solve(vertex: Vertex): Promise<RootState> {
    const known = this.#results.get(vertex.id);
    if (known) return known;
    const result = this.#solve(vertex);
    this.#results.set(vertex.id, result);
    result.catch((error: unknown) => this.#stop.abort(error));
    return result;
  }

  async #solve(vertex: Vertex): Promise<RootState> {
    await Promise.all(inputsOf(vertex).map((input) => this.solve(input)));
    this.#signal.throwIfAborted();
    return vertex.op.kind === 'image' ? this.#baseImage(vertex, vertex.op.root) : await this.#step(vertex, vertex.op);
  }

  #baseImage(vertex: Vertex, root: RootState): RootState {
    this.#done.set(vertex.id, root);
    this.#options.progress.begin(vertex.name, vertex.id).end('cached');
    return root;
  }

  async #step(vertex: Vertex, op: FileOp): Promise<RootState> {
    const progress = this.#options.progress.begin(vertex.name, vertex.id);
    try {
      const ingredients = await ingredientsOf(op, this.#context);
      const key = cacheKey(ingredients);
      const base = this.#context.resultOf(op.base);
      const hit = this.#useCache(vertex) ? await this.#fromCache(key, base) : undefined;
      if (hit) this.cached.add(vertex.id);
      else if (this.#context.request.listed) throw contextNeeded();
      else await this.#explain(vertex, ingredients, progress);
      const state = hit ?? (await this.#make(vertex, op, { key, ingredients, base, progress }));
      this.#done.set(vertex.id, state);
      progress.end(hit ? 'cached' : 'done');
      return state;
    } catch (error) {
      const canceled = this.#signal.aborted && error === this.#signal.reason;
      const placed = buildError(error, vertex.range);
      progress.end(canceled ? 'canceled' : 'error', placed.message);
      throw canceled ? error : placed;
    }
  }

  #useCache({ stage }: Vertex): boolean {
    const { noCache, noCacheFilter } = this.#context.request;
    return !noCache && !noCacheFilter.includes(stage);
  }

  async #fromCache(key: string, base: RootState): Promise<RootState | undefined> {
    const record = this.#context.cache.find(key);
    return record ? await this.#stack(base, record) : undefined;
  }

  /** Puts a layer on a root: unpacked from its blob where this chain is not there yet. */
  async #stack(base: RootState, { diffId, blob, created }: Pick<CacheRecord, 'diffId' | 'blob' | 'created'>): Promise<RootState> {
    const { snapshots, content } = this.#context.deps;
    const chain = chainOver(base.chainId, diffId);
    if (!snapshots.has(chain))
      await snapshots.unpack({ chainId: chain, ...(base.chainId === undefined ? {} : { parent: base.chainId }), blobPath: content.path(blob), diffId });
    return { chainId: chain, layers: [...base.layers, { diffId, blob }], created };
  }

  async #explain(vertex: Vertex, ingredients: Ingredients, progress: VertexProgress): Promise<void> {
    const { explainer, request } = this.#context;
    if (request.noCache) return;
    const reasons = await explainer.explain(`${this.#options.project} ${vertex.slot}`, ingredients);
    if (reasons.length > 0) progress.miss(reasons);
  }

  /** Two builds that need the same step at the same time make it once. */
  async #make(vertex: Vertex, op: FileOp, made: { key: string; ingredients: Ingredients; base: RootState; progress: VertexProgress }): Promise<RootState> {
    const record = await this.#options.flights.run(made.key, { progress: made.progress, signal: this.#signal }, async (running) => {
      using _ = await this.#options.permits.acquire(running.signal);
      return await makeLayer(op, this.#context, { ...running, vertex, key: made.key, base: made.base });
    });
    await this.#context.explainer.remember(`${this.#options.project} ${vertex.slot}`, made.ingredients);
    return await this.#stack(made.base, record);
  }
}

function ingredientsOf(op: FileOp, context: OpContext): Promise<Ingredients> {
  switch (op.kind) {
    case 'copy':
      return copyIngredients(op, context);
    case 'run':
      return runIngredients(op, context);
    case 'folder':
      return Promise.resolve({ fields: { kind: 'folder', parent: context.resultOf(op.base).chainId ?? '', path: op.path }, files: new Map() });
    default:
      return op satisfies never;
  }
}

interface Making {
  readonly vertex: Vertex;
  readonly key: string;
  readonly base: RootState;
  readonly progress: VertexProgress;
  readonly signal: AbortSignal;
}

/** Runs a step over its base, and turns what it changed into a layer. A step that fails leaves nothing. */
async function makeLayer(op: FileOp, context: OpContext, { vertex, key, base, progress, signal }: Making): Promise<CacheRecord> {
  const { snapshots, content } = context.deps;
  const snapshotKey = `build-${randomId()}`;
  const alone = op.kind === 'copy' && op.link;
  const active = snapshots.prepare(snapshotKey, alone ? undefined : base.chainId);
  try {
    // A step that is not finished is thrown away: nothing of it need be flushed.
    active.mount({ volatile: true });
    if (op.kind === 'copy') await runCopy(op, context, { root: active.target, progress, signal });
    else if (op.kind === 'run') await runCommand(op, context, { root: active.target, progress, signal });
    else makeFolder(active.target, op.path);
    signal.throwIfAborted();
    const { digest } = await content.ingest(snapshots.diffTar(snapshotKey, context.epoch === undefined ? {} : { clampTime: context.epoch }));
    const chainId = chainOver(alone ? undefined : base.chainId, digest);
    const { sizeBytes } = await snapshots.commit(snapshotKey, chainId);
    const now = new Date(context.epoch === undefined ? (context.deps.now?.() ?? Date.now()) : context.epoch * 1000).toISOString();
    const record = {
      key,
      diffId: digest,
      blob: digest,
      chainId,
      parent: alone ? undefined : base.chainId,
      sizeBytes,
      description: vertex.name,
      created: now,
      lastUsed: now,
      usageCount: 1,
    };
    context.cache.put(record);
    return record;
  } catch (error) {
    snapshots.remove(snapshotKey);
    throw error;
  }
}

function chainOver(parent: Digest | undefined, diffId: Digest): Digest {
  const chain = parent === undefined ? chainIds([diffId]) : chainIds([parent, diffId]);
  return chain.at(-1) ?? diffId;
}
