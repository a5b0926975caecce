import { EngineError } from '../../base/index.ts';
import type { Dockerfile, LineRange, Stage } from '../../dockerfile/index.ts';
import type { ImageRecord } from '../../image/index.ts';
import { formatPlatform, parsePlatform } from '../../oci/index.ts';
import type { ImageConfig, Platform } from '../../oci/index.ts';
import { buildError } from '../build-error.ts';
import type { FileSource, ImageOp, Vertex } from '../definition.ts';
import type { BuildRequest } from '../request.ts';
import type { TarTree } from '../source/tar-tree.ts';
import { emptyRoot } from '../types.ts';
import { dispatchStage } from './dispatch-stage.ts';
import { platformArgs } from './platform-args.ts';
import { DEFAULT_PATH, declareArgs, isPredefinedArg, Scope } from './scope.ts';
import { addStep, makesLayer } from './stage-state.ts';
import type { PlannedStep, StageServices, StageState } from './stage-state.ts';

/** What a build will do: the graph behind the target stage, and the image that comes out. Stages that nothing needs are not in it. */
export interface BuildPlan {
  readonly target: StageState;
  readonly vertices: readonly Vertex[];
  /** In the order of the file. */
  readonly steps: readonly PlannedStep[];
  readonly platform: Platform;
  /** SOURCE_DATE_EPOCH, in seconds. */
  readonly epoch: number | undefined;
  /** Build arguments that no ARG asked for. */
  readonly unusedArgs: readonly string[];
}

export interface PlanServices {
  readonly host: Platform;
  readonly context: TarTree;
  /** The image of a FROM or `--from`, pulled where it is not here. */
  readonly resolveImage: (reference: string, platform: Platform) => Promise<ImageRecord>;
}

/** Reads a Dockerfile for one target: expands variables, resolves base images, and answers the graph of steps. Runs none of them. */
export function planBuild(dockerfile: Dockerfile, request: BuildRequest, services: PlanServices): Promise<BuildPlan> {
  return new Planner(dockerfile, request, services).plan();
}

class Planner {
  readonly #file: Dockerfile;
  readonly #request: BuildRequest;
  readonly #services: PlanServices;
  readonly #platform: Platform;
  readonly #global: Scope;
  readonly #stages = new Map<number, Promise<StageState>>();
  readonly #images = new Map<string, Promise<Vertex>>();
  readonly #records = new Map<string, Promise<ImageRecord>>();
  readonly #vertices: Vertex[] = [];
  readonly #steps = new Map<number, readonly PlannedStep[]>();
  readonly #usedArgs = new Set<string>();

  constructor(file: Dockerfile, request: BuildRequest, services: PlanServices) {
    this.#file = file;
    this.#request = request;
    this.#services = services;
    this.#platform = request.platform === undefined ? services.host : parsePlatform(request.platform);
    this.#global = new Scope({ escape: file.directives.escape });
    for (const [name, value] of Object.entries(platformArgs(services.host, this.#platform, request.target ?? 'default'))) this.#global.args.set(name, value);
  }

  async plan(): Promise<BuildPlan> {
    for (const arg of this.#file.globalArgs) {
      declareArgs(this.#global, arg, this.#request.buildArgs, (name) => this.#global.lookup(name));
      for (const { name } of arg.args) this.#usedArgs.add(name);
    }
    const target = await this.#stage(this.#targetStage(), []);
    const given = Object.keys(this.#request.buildArgs);
    return {
      target,
      vertices: this.#vertices,
      steps: [...this.#globalSteps(), ...[...this.#steps].toSorted(([a], [b]) => a - b).flatMap(([, steps]) => steps)],
      platform: this.#platform,
      epoch: this.#epoch(),
      unusedArgs: given.filter((name) => !this.#usedArgs.has(name) && !isPredefinedArg(name)).toSorted(),
    };
  }

  #globalSteps(): PlannedStep[] {
    return this.#file.globalArgs.map(({ raw }) => ({ text: raw.original, stage: -1, range: raw.range, vertex: undefined, root: undefined }));
  }

  #epoch(): number | undefined {
    const text = this.#request.buildArgs['SOURCE_DATE_EPOCH'] ?? this.#global.lookup('SOURCE_DATE_EPOCH');
    if (text === undefined || text === null || text === '') return undefined;
    if (!/^\d{1,12}$/.test(text)) throw new EngineError('INVALID_ARGUMENT', `invalid SOURCE_DATE_EPOCH: ${text}`);
    return Number(text);
  }

  #targetStage(): Stage {
    const { stages } = this.#file;
    const { target } = this.#request;
    const last = stages.at(-1);
    if (!last) throw new EngineError('INVALID_ARGUMENT', 'dockerfile contains no stages to build');
    if (target === undefined || target === '') return last;
    const found = stages.findLast(({ name }) => name === target.toLowerCase()) ?? (/^\d+$/.test(target) ? stages[Number(target)] : undefined);
    if (!found) throw new EngineError('INVALID_ARGUMENT', `target stage ${JSON.stringify(target)} could not be found`);
    return found;
  }

  /** A stage is read once, by whoever needs it first; `behind` are those that wait for it. */
  #stage(stage: Stage, behind: readonly number[]): Promise<StageState> {
    if (behind.includes(stage.index))
      throw buildError(
        new EngineError('INVALID_ARGUMENT', `circular dependency detected on stage: ${stage.name ?? `stage-${stage.index}`}`),
        stage.from.raw.range,
      );
    const known = this.#stages.get(stage.index);
    if (known) return known;
    const state = this.#readStage(stage, [...behind, stage.index]);
    this.#stages.set(stage.index, state);
    return state;
  }

  async #readStage(stage: Stage, behind: readonly number[]): Promise<StageState> {
    const { range } = stage.from.raw;
    const reference = this.#global.word(stage.from.image, range);
    if (reference === '') throw buildError(new EngineError('INVALID_ARGUMENT', `base name (${stage.from.image}) should not be blank`), range);
    const platform = this.#stagePlatform(stage);
    const parent = this.#file.stages.slice(0, stage.index).findLast(({ name }) => name === reference.toLowerCase());
    const state =
      parent && !this.#request.contexts.has(reference)
        ? this.#fromStage(stage, await this.#stage(parent, behind))
        : await this.#fromImage(stage, reference, platform);
    const triggers = state.settings.OnBuild ?? [];
    delete state.settings.OnBuild;
    this.#steps.set(stage.index, await dispatchStage(state, this.#stageServices(stage, behind), triggers));
    return state;
  }

  #stagePlatform(stage: Stage): Platform {
    const { platform, raw } = stage.from;
    if (platform === undefined) return this.#platform;
    try {
      return parsePlatform(this.#global.word(platform, raw.range));
    } catch (error) {
      throw buildError(error, raw.range);
    }
  }

  #fromStage(stage: Stage, parent: StageState): StageState {
    return {
      ...this.#emptyState(stage, parent.base, parent.scope.child(), (parent.settings.OnBuild ?? []).length),
      settings: { ...parent.settings },
      author: parent.author,
      shell: parent.shell,
      vertex: parent.vertex,
      history: [...parent.history],
    };
  }

  async #fromImage(stage: Stage, reference: string, platform: Platform): Promise<StageState> {
    const scratch = reference === 'scratch' && !this.#request.contexts.has(reference);
    const scope = this.#global.child();
    scope.args.clear();
    if (scratch) return this.#fromScratch(stage, platform, scope);
    const { raw } = stage.from;
    try {
      const image = await this.#resolve(this.#imageReference(reference), platform);
      return this.#fromRecord(stage, reference, image, scope);
    } catch (error) {
      throw buildError(error, raw.range);
    }
  }

  #fromScratch(stage: Stage, platform: Platform, scope: Scope): StageState {
    scope.env.set('PATH', DEFAULT_PATH);
    const state = this.#emptyState(stage, { ...platform, rootfs: { type: 'layers', diff_ids: [] } }, scope, 0);
    state.settings = { Env: [`PATH=${DEFAULT_PATH}`], WorkingDir: '/' };
    return state;
  }

  #fromRecord(stage: Stage, reference: string, image: ImageRecord, scope: Scope): StageState {
    for (const variable of image.config.config?.Env ?? []) {
      const cut = variable.indexOf('=');
      if (cut > 0) scope.env.set(variable.slice(0, cut), variable.slice(cut + 1));
    }
    const state = this.#emptyState(stage, image.config, scope, (image.config.config?.OnBuild ?? []).length + 1);
    state.settings = { ...image.config.config };
    state.author = image.config.author;
    state.shell = image.config.config?.Shell ?? state.shell;
    addStep(state, this.#stageServices(stage, []), `FROM ${reference}`, stage.from.raw.range, imageOp(reference, image));
    return state;
  }

  #emptyState(stage: Stage, base: ImageConfig, scope: Scope, more: number): StageState {
    const label = stage.name ?? (this.#file.stages.length > 1 ? `stage-${stage.index}` : '');
    const total = stage.instructions.filter(makesLayer).length + more;
    return {
      stage,
      label,
      scope,
      base,
      settings: {},
      author: undefined,
      shell: ['/bin/sh', '-c'],
      cmdSet: false,
      vertex: undefined,
      history: [],
      numbered: 0,
      total,
    };
  }

  #stageServices(stage: Stage, behind: readonly number[]): StageServices {
    return {
      buildArgs: this.#request.buildArgs,
      networkMode: this.#request.networkMode,
      inheritedArg: (name) => this.#global.lookup(name),
      addVertex: (vertex) => this.#addVertex(vertex),
      source: (from, range) => this.#source(from, stage, behind, range),
      usedArgs: this.#usedArgs,
    };
  }

  #addVertex(vertex: Omit<Vertex, 'id'>): Vertex {
    const added = { ...vertex, id: `v${this.#vertices.length + 1}` };
    this.#vertices.push(added);
    return added;
  }

  async #source(from: string | undefined, stage: Stage, behind: readonly number[], range: LineRange): Promise<FileSource> {
    if (from === undefined) return { kind: 'tree', tree: this.#services.context, name: 'context' };
    const named = this.#request.contexts.get(from);
    if (named?.kind === 'tree') return { kind: 'tree', tree: named.tree, name: from };
    const other = named ? undefined : this.#stageNamed(from, stage);
    if (other) return { kind: 'vertex', vertex: (await this.#stage(other, behind)).vertex, name: from };
    if (from === 'scratch' && !named) return { kind: 'vertex', vertex: undefined, name: from };
    try {
      return { kind: 'vertex', vertex: await this.#imageVertex(this.#imageReference(from), from, range), name: from };
    } catch (error) {
      throw buildError(error, range);
    }
  }

  #stageNamed(name: string, stage: Stage): Stage | undefined {
    const { stages } = this.#file;
    if (/^\d+$/.test(name)) {
      const found = stages[Number(name)];
      if (!found) throw new EngineError('INVALID_ARGUMENT', `invalid stage index ${name}: the Dockerfile has ${stages.length} stages`);
      return found;
    }
    const matching = stages.filter((other) => other.name === name.toLowerCase());
    return matching.findLast(({ index }) => index < stage.index) ?? matching[0];
  }

  #imageReference(name: string): string {
    const named = this.#request.contexts.get(name);
    if (named?.kind === 'tree') throw new EngineError('INVALID_ARGUMENT', `FROM ${name}: the build context "${name}" is a folder, not an image`);
    return named?.reference ?? name;
  }

  /** Looks an image up once for all stages that begin with it. */
  #resolve(reference: string, platform: Platform): Promise<ImageRecord> {
    const key = `${reference} ${formatPlatform(platform)}`;
    const known = this.#records.get(key) ?? this.#services.resolveImage(reference, platform);
    this.#records.set(key, known);
    return known;
  }

  /** An image that is only copied from or mounted. */
  #imageVertex(reference: string, name: string, range: LineRange): Promise<Vertex> {
    const known = this.#images.get(reference);
    if (known) return known;
    const vertex = this.#resolve(reference, this.#platform).then((image) =>
      this.#addVertex({ name: `FROM ${name}`, range, slot: `image ${reference}`, stage: '', op: imageOp(reference, image) }),
    );
    this.#images.set(reference, vertex);
    return vertex;
  }
}

function imageOp(reference: string, image: ImageRecord): ImageOp {
  return {
    kind: 'image',
    reference,
    root: image.chainId === undefined ? emptyRoot : { chainId: image.chainId, layers: image.layers.map((diffId) => ({ diffId })), created: image.created },
  };
}
