import type { FromInstruction, Instruction, LineRange, Stage } from '../../dockerfile/index.ts';
import type { ImageConfig, RunConfig } from '../../oci/index.ts';
import type { FileSource, Op, Vertex } from '../definition.ts';
import type { Scope } from './scope.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Settings of the image while they are collected. */
export type Settings = Mutable<RunConfig>;

/** A line of the image's history; `vertex` made its layer, without one it made none. */
export interface HistoryDraft {
  readonly createdBy: string;
  readonly vertex?: Vertex;
}

/** One stage while its instructions are read, and its outcome afterwards. */
export interface StageState {
  readonly stage: Stage;
  /** "builder", "stage-1"; "" for the only, unnamed stage. */
  readonly label: string;
  readonly scope: Scope;
  /** Config of the base image: platform, and history below ours. */
  readonly base: ImageConfig;
  settings: Settings;
  author: string | undefined;
  shell: readonly string[];
  /** CMD was set in this stage: a later ENTRYPOINT leaves it. */
  cmdSet: boolean;
  /** Makes the root file system so far; undefined for the empty one. */
  vertex: Vertex | undefined;
  readonly history: HistoryDraft[];
  /** Vertices named so far, and how many there will be. */
  numbered: number;
  readonly total: number;
}

/** An instruction as the classic builder's output counts it. */
export interface PlannedStep {
  readonly text: string;
  readonly stage: number;
  readonly range: LineRange;
  /** The vertex that the instruction made. */
  readonly vertex: Vertex | undefined;
  /** The vertex whose root file system is there after it. */
  readonly root: Vertex | undefined;
}

/** What instructions need of the whole build. */
export interface StageServices {
  readonly buildArgs: Readonly<Record<string, string | null>>;
  readonly networkMode: string;
  /** Global and platform arguments, for an ARG without default. */
  readonly inheritedArg: (name: string) => string | undefined;
  readonly addVertex: (vertex: Omit<Vertex, 'id'>) => Vertex;
  /** The context of the build, another stage, a named context or an image: what `--from` may name. */
  readonly source: (from: string | undefined, range: LineRange) => Promise<FileSource>;
  readonly usedArgs: Set<string>;
}

/** Adds a vertex for an instruction and makes it the stage's newest. */
export function addStep(state: StageState, services: StageServices, text: string, range: LineRange, op: Op): Vertex {
  state.numbered++;
  const width = String(state.total).length;
  const label = state.label === '' ? '' : `${state.label} `;
  const name = `[${label}${String(state.numbered).padStart(width)}/${state.total}] ${text}`;
  state.vertex = services.addVertex({ name, range, slot: `${state.label || 'stage-0'} ${state.numbered}`, stage: state.label || 'stage-0', op });
  return state.vertex;
}

/** True for instructions that make a layer. */
export function makesLayer(instruction: Instruction): boolean {
  return ['run', 'copy', 'add', 'workdir'].includes(instruction.kind);
}

/** An instruction that a FROM brought along by ONBUILD keeps the FROM's lines. */
export function rangeOf(instruction: Instruction, trigger: FromInstruction | undefined): LineRange {
  return trigger?.raw.range ?? instruction.raw.range;
}
