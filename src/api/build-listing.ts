/** A file of a build context without its contents: path, kind (file, directory, link, pipe), permission bits, bytes, seconds since 1970, and the SHA-256 of a file or the target of a link. */
export type ListedFile = readonly [path: string, kind: 'f' | 'd' | 'l' | 'p', mode: number, sizeBytes: number, mtime: number, value: string];

/**
 * A build context as a list, for a build of which every step is expected to be cached: the engine needs digests then, no contents.
 * Where it does need them it answers with `CONTEXT_NEEDED`, before anything else, and the client sends the whole context.
 */
export interface ContextListing {
  /** What the builder itself reads: Dockerfile and ignore files. */
  readonly texts: Readonly<Record<string, string>>;
  readonly files: readonly ListedFile[];
}

/** Message of the error that asks for the whole context. */
export const CONTEXT_NEEDED = 'the whole build context is needed: a step is not in the build cache';
