import type { RegistryAuth } from '../image/index.ts';
import type { TarTree } from './source/tar-tree.ts';
import type { StepResources } from './types.ts';

/** What a build is asked for; the query of POST /build after parsing. */
export interface BuildRequest {
  /** Path of the Dockerfile in the context: "Dockerfile". */
  readonly dockerfile: string;
  /** Names for the image, as given: "todo-backend", "localhost:5000/app:1". */
  readonly tags: readonly string[];
  readonly target?: string | undefined;
  /** null takes the value away: `--build-arg NAME` of a name the client has not set. */
  readonly buildArgs: Readonly<Record<string, string | null>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly noCache: boolean;
  /** Stages for which no cache is used, though others use it. */
  readonly noCacheFilter: readonly string[];
  readonly pull: boolean;
  readonly platform?: string | undefined;
  readonly networkMode: string;
  readonly extraHosts: readonly string[];
  readonly resources: StepResources;
  /** Credentials by registry address. */
  readonly auth: Readonly<Record<string, RegistryAuth>>;
  /** Secret bytes by id. Nothing of them may reach a layer, key, log or record. */
  readonly secrets: ReadonlyMap<string, Uint8Array>;
  /** Named contexts that come with the request as tars. */
  readonly contexts: ReadonlyMap<string, NamedContext>;
  readonly quiet: boolean;
  /** The context is a listing: a step that is not cached ends the build with `CONTEXT_NEEDED`. */
  readonly listed: boolean;
  readonly signal: AbortSignal;
}

/** `--build-context NAME=…`: a tar that came with the request, or an image. */
export type NamedContext = { readonly kind: 'tree'; readonly tree: TarTree } | { readonly kind: 'image'; readonly reference: string };
