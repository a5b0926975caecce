import type { LineRange } from '../dockerfile/index.ts';
import type { Selection } from './source/select.ts';
import type { TarTree } from './source/tar-tree.ts';
import type { RootState } from './types.ts';

/** One node of the build graph: a step that makes a root file system out of those of its inputs. */
export interface Vertex {
  readonly id: string;
  /** "[builder 2/5] RUN npm ci" */
  readonly name: string;
  /** Lines of the Dockerfile that asked for it. */
  readonly range: LineRange | undefined;
  /** Stage and number in it: the same step of an earlier build is found by this. */
  readonly slot: string;
  readonly stage: string;
  readonly op: Op;
}

export type Op = ImageOp | CopyOp | RunOp | FolderOp;

/** The root file system of an image that is here already. */
export interface ImageOp {
  readonly kind: 'image';
  readonly reference: string;
  readonly root: RootState;
}

/** Where files are taken from: a tar that came with the request, or the result of a vertex; undefined is the empty root of `scratch`. */
export type FileSource =
  | { readonly kind: 'tree'; readonly tree: TarTree; readonly name: string }
  | { readonly kind: 'vertex'; readonly vertex: Vertex | undefined; readonly name: string };

/** One kind of thing that COPY and ADD put into place, in the order of the instruction. */
export type CopyPart =
  | { readonly kind: 'files'; readonly selection: Selection }
  | { readonly kind: 'inline'; readonly name: string; readonly data: string }
  | { readonly kind: 'url'; readonly url: string };

export interface CopyOp {
  readonly kind: 'copy';
  readonly command: 'COPY' | 'ADD';
  readonly base: Vertex | undefined;
  readonly from: FileSource;
  readonly parts: readonly CopyPart[];
  /** Absolute; a slash at the end makes it a folder. */
  readonly destination: string;
  readonly chown: string | undefined;
  readonly chmod: string | undefined;
  /** The layer does not depend on what is below. */
  readonly link: boolean;
  /** Archives are unpacked: "local" those of the context (ADD), "all" also those from a URL, "never" none. */
  readonly unpack: 'never' | 'local' | 'all';
  /** "sha256:<hex>" that a URL's bytes must have. */
  readonly checksum: string | undefined;
}

/** `--mount` of RUN after expansion. */
export type RunMount =
  | { readonly kind: 'bind'; readonly target: string; readonly from: FileSource; readonly source: string; readonly writable: boolean }
  | {
      readonly kind: 'cache';
      readonly target: string;
      readonly id: string;
      readonly sharing: 'shared' | 'private' | 'locked';
      readonly from: FileSource | undefined;
      readonly source: string;
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
      readonly readOnly: boolean;
    }
  | { readonly kind: 'tmpfs'; readonly target: string; readonly sizeBytes: number | undefined }
  | {
      readonly kind: 'secret';
      readonly id: string;
      /** Undefined where the secret is only an environment variable. */
      readonly target: string | undefined;
      readonly env: string | undefined;
      readonly required: boolean;
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
    };

export interface RunOp {
  readonly kind: 'run';
  readonly base: Vertex | undefined;
  readonly args: readonly string[];
  /** NAME → value: ENV and build arguments. Part of the cache key. */
  readonly env: Readonly<Record<string, string>>;
  /** Proxies: the process sees them, nothing else does. */
  readonly hiddenEnv: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly user: string;
  readonly network: string;
  readonly mounts: readonly RunMount[];
  /** A here-document with its own interpreter: runs as a file of this name. */
  readonly script: { readonly name: string; readonly text: string } | undefined;
}

/** A folder that WORKDIR makes. */
export interface FolderOp {
  readonly kind: 'folder';
  readonly base: Vertex | undefined;
  readonly path: string;
}

/** The vertices whose results a vertex needs. */
export function inputsOf({ op }: Vertex): readonly Vertex[] {
  if (op.kind === 'image') return [];
  const sources = op.kind === 'copy' ? [op.from] : op.kind === 'run' ? op.mounts.flatMap((mount) => ('from' in mount && mount.from ? [mount.from] : [])) : [];
  const needed = sources.flatMap((source) => (source.kind === 'vertex' && source.vertex ? [source.vertex] : []));
  return op.base ? [op.base, ...needed] : needed;
}
