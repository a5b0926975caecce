import { join } from 'node:path';
import { posix } from 'node:path';

import { EngineError } from '../base/index.ts';
import { ignoreFileNames, parseIgnore } from '../dockerfile/index.ts';
import type { IgnoreRules } from '../dockerfile/index.ts';
import { decompress } from '../tar/index.ts';
import type { BuildProgress } from './progress/build-progress.ts';
import { TarTree } from './source/tar-tree.ts';

/** The context of a build with its Dockerfile, as it came from the client. */
export interface BuildSource {
  readonly context: TarTree;
  readonly dockerfile: string;
  /** File name for messages: "Dockerfile". */
  readonly dockerfileName: string;
  /** Which paths the ignore file left out of the context, and by which rule. */
  readonly ignore: IgnoreRules;
  readonly ignoredPaths: ReadonlySet<string>;
}

const SHOW_EVERY_BYTES = 1 << 20;

/** Reads a tar, plain or compressed, into a tree. */
export function readTree(body: AsyncIterable<Uint8Array>, folder: string, name: string, progress: BuildProgress): Promise<TarTree> {
  return progress.within(name === '' ? '[internal] load build context' : `[context ${name}] load from client`, async (vertex) => {
    let shown = 0;
    const onProgress = (sizeBytes: number): void => {
      if (sizeBytes - shown < SHOW_EVERY_BYTES) return;
      shown = sizeBytes;
      vertex.status('transferring context', { current: sizeBytes });
    };
    const tree = await TarTree.read(decompress(body), join(folder, `context-${name === '' ? 'main' : Buffer.from(name).toString('hex').slice(0, 64)}`), {
      onProgress,
    });
    vertex.status('transferring context', { current: tree.sizeBytes, completed: true });
    return tree;
  });
}

/** Finds Dockerfile and ignore file in the context, and takes out of it what is ignored. */
export async function loadSource(context: TarTree, dockerfilePath: string, progress: BuildProgress): Promise<BuildSource> {
  const dockerfileName = posix.basename(dockerfilePath);
  const dockerfile = await progress.within(`[internal] load build definition from ${dockerfileName}`, (vertex) => {
    const text = dockerfileText(context, dockerfilePath);
    vertex.status('transferring dockerfile', { current: Buffer.byteLength(text), completed: true });
    return Promise.resolve(text);
  });
  const ignore = await progress.within('[internal] load .dockerignore', (vertex) => {
    const text =
      ignoreFileNames(dockerfilePath)
        .map((name) => context.text(posix.normalize(name)))
        .find((found) => found !== undefined) ?? '';
    vertex.status('transferring context', { current: Buffer.byteLength(text), completed: true });
    return Promise.resolve(parseIgnore(text));
  });
  const ignoredPaths = new Set<string>();
  if (!ignore.isEmpty) {
    context.removeWhere((path) => {
      const ignored = ignore.ignores(path);
      if (ignored) ignoredPaths.add(path);
      return ignored;
    });
  }
  return { context, dockerfile, dockerfileName, ignore, ignoredPaths };
}

function dockerfileText(context: TarTree, path: string): string {
  const clean = posix.normalize(path).replace(/^\/+/, '');
  if (clean.startsWith('..')) throw new EngineError('INVALID_ARGUMENT', `Forbidden path outside the build context: ${path}`);
  const text = context.text(clean) ?? (clean === 'Dockerfile' ? context.text('dockerfile') : undefined);
  if (text === undefined) throw new EngineError('INVALID_ARGUMENT', `Cannot locate specified Dockerfile: ${path}`);
  if (text.trim() === '') throw new EngineError('INVALID_ARGUMENT', `the Dockerfile (${path}) cannot be empty`);
  return text;
}
