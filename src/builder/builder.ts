import { mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

import type { BuildCheckResult, BuildEvent, BuildWarning } from '../api/index.ts';
import { randomId, Semaphore } from '../base/index.ts';
import { parseDockerfile } from '../dockerfile/index.ts';
import type { Dockerfile } from '../dockerfile/index.ts';
import { familiarReference, parseReference, withDefaultTag } from '../oci/index.ts';
import type { Digest } from '../oci/index.ts';
import { BuildCache } from './cache/build-cache.ts';
import type { CacheRecord } from './cache/build-cache.ts';
import { MissExplainer } from './cache/explain-miss.ts';
import { cacheUsage, pruneCache } from './cache/usage.ts';
import type { CachePruneOptions, CachePruned, CacheUsage } from './cache/usage.ts';
import { checkDockerfile, refuseViolations } from './check-dockerfile.ts';
import { FileWorker } from './copy/file-worker.ts';
import { imageConfig } from './export-image.ts';
import { Flights } from './flights.ts';
import { planBuild } from './frontend/plan.ts';
import type { BuildPlan } from './frontend/plan.ts';
import { loadSource } from './load-source.ts';
import type { BuildSource } from './load-source.ts';
import { CacheMounts } from './ops/cache-mounts.ts';
import { ScanMemo } from './ops/scan.ts';
import { dropStaleSecrets } from './ops/secret-files.ts';
import { UrlFiles } from './ops/url-files.ts';
import { BuildProgress } from './progress/build-progress.ts';
import type { BuildRequest } from './request.ts';
import { resolveImage } from './resolve-image.ts';
import { Solver } from './solve.ts';
import type { TarTree } from './source/tar-tree.ts';
import type { BuilderDependencies } from './types.ts';

/** Follows one build. */
export interface BuildObserver {
  readonly onEvent: (event: BuildEvent) => void;
  /** The steps are known; none has run. */
  readonly onPlan?: (plan: BuildPlan, solver: Solver) => void;
}

/** What a build made. */
export interface BuildOutcome {
  readonly imageId: string;
  /** "todo-backend:latest" */
  readonly tags: readonly string[];
  readonly unusedArgs: readonly string[];
}

/** A folder of a build in progress: what the client sends goes there, and it is gone when the build ends. */
export interface BuildFolder extends Disposable {
  readonly path: string;
}

/** Builds images from Dockerfiles. One for the engine; builds run side by side and share steps, cache and workers. */
export class Builder implements AsyncDisposable {
  readonly #deps: BuilderDependencies;
  readonly #now: () => number;
  readonly #cache: BuildCache;
  readonly #explainer: MissExplainer;
  readonly #worker = new FileWorker();
  readonly #scans: ScanMemo;
  readonly #cacheMounts: CacheMounts;
  readonly #flights = new Flights();
  readonly #permits = new Semaphore(Math.max(2, availableParallelism()));

  constructor(deps: BuilderDependencies) {
    this.#deps = deps;
    this.#now = deps.now ?? Date.now;
    mkdirSync(deps.root, { recursive: true, mode: 0o700 });
    dropStaleSecrets(join(deps.root, 'secrets'));
    rmSync(join(deps.root, 'builds'), { recursive: true, force: true });
    this.#cache = new BuildCache(deps.records<CacheRecord>('build-step'), { snapshots: deps.snapshots, content: deps.content, now: this.#now });
    this.#explainer = new MissExplainer(join(deps.root, 'ingredients'));
    const emptyFolder = join(deps.root, 'empty');
    mkdirSync(emptyFolder, { recursive: true, mode: 0o755 });
    this.#scans = new ScanMemo(deps.records('build-scan'), deps.snapshots, { worker: this.#worker, emptyFolder });
    this.#cacheMounts = new CacheMounts(join(deps.root, 'cache-mounts'), deps.records('build-cache-mount'), this.#now);
  }

  /** A folder for what a client sends. */
  openFolder(): BuildFolder {
    const path = join(this.#deps.root, 'builds', randomId().slice(0, 16));
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
  }

  /** Builds the target stage, and names the image. Rejects with a BuildError or DockerfileError that has its lines. */
  async build(context: TarTree, request: BuildRequest, folder: BuildFolder, observer: BuildObserver): Promise<BuildOutcome> {
    const tags = request.tags.map((tag) => withDefaultTag(parseReference(tag)));
    const progress = new BuildProgress(observer.onEvent, this.#now);
    const source = await loadSource(context, request.dockerfile, progress);
    const dockerfile = parseDockerfile(source.dockerfile);
    await using leases = new AsyncDisposableStack();
    const plan = await this.#plan(dockerfile, source, request, progress, leases);
    const solver = this.#solver(plan, request, folder, progress);
    observer.onPlan?.(plan, solver);
    const root = plan.target.vertex ? await solver.solve(plan.target.vertex) : solver.result(undefined);
    const imageId = await this.#export(plan, solver, root, request, progress);
    if (plan.unusedArgs.length > 0) progress.warn(unusedArgsWarning(plan.unusedArgs));
    return { imageId, tags: tags.map((tag) => familiarReference(tag)), unusedArgs: plan.unusedArgs };
  }

  /** Runs the build checks and builds nothing. */
  async check(context: TarTree, request: BuildRequest, observer: BuildObserver): Promise<BuildCheckResult> {
    const progress = new BuildProgress(observer.onEvent, this.#now);
    const source = await loadSource(context, request.dockerfile, progress);
    const { warnings, failed } = checkDockerfile(parseDockerfile(source.dockerfile), { source, request, images: this.#deps.images });
    return { warnings, failed };
  }

  /** True for a layer or blob that the build cache needs: the image store must not delete it. */
  retains(digest: Digest): boolean {
    return this.#cache.retains(digest);
  }

  /** Every record of the build cache, as `GET /system/df` lists them. */
  usage(): Promise<CacheUsage[]> {
    return cacheUsage(this.#cache, this.#cacheMounts, this.#deps);
  }

  async prune(options: CachePruneOptions): Promise<CachePruned> {
    const pruned = await pruneCache(this.#cache, this.#cacheMounts, this.#deps, options);
    if (this.#cache.all().length === 0) await this.#explainer.forget();
    return pruned;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker[Symbol.asyncDispose]();
  }

  async #plan(dockerfile: Dockerfile, source: BuildSource, request: BuildRequest, progress: BuildProgress, leases: AsyncDisposableStack): Promise<BuildPlan> {
    const plan = await planBuild(dockerfile, request, {
      host: this.#deps.platform,
      context: source.context,
      resolveImage: (reference, platform) => resolveImage(this.#deps.images, { reference, platform, host: this.#deps.platform, request, progress, leases }),
    });
    const stages = new Set(plan.steps.map(({ stage }) => stage));
    const checked = checkDockerfile(dockerfile, { source, request, images: this.#deps.images, stages });
    for (const warning of checked.warnings) progress.warn(warning);
    refuseViolations(checked);
    return plan;
  }

  #solver(plan: BuildPlan, request: BuildRequest, folder: BuildFolder, progress: BuildProgress): Solver {
    const context = {
      deps: this.#deps,
      request,
      cache: this.#cache,
      explainer: this.#explainer,
      worker: this.#worker,
      scans: this.#scans,
      cacheMounts: this.#cacheMounts,
      urls: new UrlFiles(folder.path, request.signal),
      scratch: folder.path,
      epoch: plan.epoch,
    };
    const project = `${request.tags[0] ?? ''} ${request.dockerfile}`;
    return new Solver(context, { progress, flights: this.#flights, permits: this.#permits, signal: request.signal, project });
  }

  #export(plan: BuildPlan, solver: Solver, root: ReturnType<Solver['result']>, request: BuildRequest, progress: BuildProgress): Promise<string> {
    return progress.within('exporting to image', async (vertex) => {
      vertex.status('exporting layers', { completed: true });
      const config = imageConfig(plan.target, { root, resultOf: (made) => solver.result(made), labels: request.labels, epoch: plan.epoch, now: this.#now() });
      const layers = root.layers.map(({ diffId, blob }) => ({ diffId, ...(blob === undefined ? {} : { blob }) }));
      const { id } = await this.#deps.images.create({ config, layers, tags: request.tags });
      vertex.status(`writing image ${id}`, { completed: true });
      for (const tag of request.tags) {
        const { domain, path, tag: version } = withDefaultTag(parseReference(tag));
        vertex.status(`naming to ${domain}/${path}${version === undefined || version === 'latest' ? '' : `:${version}`}`, { completed: true });
      }
      return id;
    });
  }
}

/** A misspelt `--build-arg` would otherwise go unnoticed. */
function unusedArgsWarning(names: readonly string[]): BuildWarning {
  return {
    rule: 'UnusedBuildArg',
    message: `One or more build-args [${names.join(' ')}] were not consumed`,
    description: 'Build arguments should be declared by an ARG instruction',
  };
}
