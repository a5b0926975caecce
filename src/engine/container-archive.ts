import { closeSync, constants, openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { PathStat } from '../api/index.ts';
import { EngineError } from '../base/index.ts';
import { fdPath, openInRoot } from '../linux/index.ts';
import type { Fd } from '../linux/index.ts';
import { resolveUser } from '../runtime/index.ts';
import { extractTar } from '../snapshot/index.ts';
import type { Container } from './container.ts';
import { publishContainerEvent } from './container-events.ts';
import { notFound, openContainerPath, pathStat } from './container-path.ts';
import { openContainerRoot } from './container-root.ts';
import type { EngineContext } from './context.ts';
import { invalid } from './invalid.ts';
import { cleanPath } from './parse-bind.ts';
import { treeTar } from './tree-tar.ts';

/** What is at a path of a container. */
export async function statArchive(engine: EngineContext, reference: string, path: string): Promise<PathStat> {
  const container = engine.containers.resolve(reference);
  checkPath(path);
  await using root = await openContainerRoot(engine, container);
  using found = openContainerPath(root.fd, path, reference);
  return pathStat(found, path);
}

/** An archive of what is at a path of a container, and what it is. The caller reads the stream to its end or destroys it. */
export async function readArchive(engine: EngineContext, reference: string, path: string): Promise<{ stat: PathStat; stream: Readable }> {
  const container = engine.containers.resolve(reference);
  checkPath(path);
  await using undo = new AsyncDisposableStack();
  const root = undo.use(await openContainerRoot(engine, container));
  const found = undo.use(openContainerPath(root.fd, path, reference));
  const stat = pathStat(found, path);
  const stream = treeTar({ directory: found.directory, name: found.name, as: found.shown });
  closeAfter(stream, undo.move());
  publishContainerEvent(engine, container, 'archive-path');
  return { stat, stream };
}

/** An archive of a container's whole file system, without what is mounted in it. */
export async function exportContainer(engine: EngineContext, reference: string): Promise<Readable> {
  const container = engine.containers.resolve(reference);
  if (container.state.status === 'dead' || container.state.status === 'removing')
    throw new EngineError('CONFLICT', `You cannot export container ${container.id} which is being removed`);
  await using undo = new AsyncDisposableStack();
  const root = undo.use(await openOwnRoot(engine, container));
  const stream = treeTar({ directory: root.fd, name: '.', as: '' });
  closeAfter(stream, undo.move());
  publishContainerEvent(engine, container, 'export');
  return stream;
}

/** How to write an archive into a container. */
export interface WriteArchiveOptions {
  /** Refuses to replace a directory by something else, or the other way round. */
  readonly keepKinds: boolean;
  /** Everything belongs to the container's user. */
  readonly ownedByUser: boolean;
  readonly signal: AbortSignal;
}

/** Unpacks an archive into a directory of a container. */
export async function writeArchive(
  engine: EngineContext,
  reference: string,
  { path, source, ...options }: WriteArchiveOptions & { path: string; source: AsyncIterable<Uint8Array> },
): Promise<void> {
  const container = engine.containers.resolve(reference);
  checkPath(path);
  await using root = await openContainerRoot(engine, container);
  const directory = openDirectory(root.fd, path, reference);
  try {
    refuseReadOnly(container, path);
    const owner = options.ownedByUser ? resolveUser(fdPath(root.fd), container.record.config.User) : undefined;
    await extractTar(source, fdPath(directory), {
      keepKinds: options.keepKinds,
      signal: options.signal,
      ...(owner ? { owner: { uid: owner.uid, gid: owner.gid } } : {}),
    });
  } finally {
    closeSync(directory);
  }
  publishContainerEvent(engine, container, 'extract-to-dir');
}

function checkPath(path: string): void {
  if (path === '') throw invalid('bad parameter: pathcannot be empty');
  if (path.includes('\0')) throw invalid('bad parameter: path holds a zero byte');
}

function openDirectory(rootFd: Fd, path: string, reference: string): Fd {
  try {
    return openInRoot(rootFd, path.startsWith('/') ? path : `/${path}`, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (error) {
    const found = notFound(error, path, reference);
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR')
      throw new EngineError('INVALID_ARGUMENT', 'extraction point is not a directory', { cause: error });
    throw found;
  }
}

function refuseReadOnly({ record }: Container, path: string): void {
  const clean = cleanPath(`/${path}`);
  const covers = (target: string): boolean => clean === target || clean.startsWith(`${target}/`);
  const mount = record.mounts.filter(({ point }) => covers(point.Destination)).sort((a, b) => b.point.Destination.length - a.point.Destination.length)[0];
  if (mount && !mount.point.RW) throw invalid('mounted volume is marked read-only');
  if (!mount && record.hostConfig.ReadonlyRootfs && !Object.keys(record.hostConfig.Tmpfs ?? {}).some(covers))
    throw invalid('container rootfs is marked read-only');
}

/** The container's own layers alone. */
async function openOwnRoot(engine: EngineContext, container: Container): Promise<{ readonly fd: Fd } & AsyncDisposable> {
  await using undo = new AsyncDisposableStack();
  if (!container.task) {
    undo.use(await container.lock.acquire());
    await container.teardown;
  }
  const snapshot = engine.snapshots.active(container.id);
  if (!snapshot) throw new EngineError('DATA_LOSS', `The root file system of container ${container.id} is missing`);
  if (!container.task) {
    snapshot.mount();
    undo.defer(() => snapshot.unmount());
  }
  const fd = openSync(snapshot.target, constants.O_RDONLY | constants.O_DIRECTORY);
  undo.defer(() => closeSync(fd));
  const opened = undo.move();
  return { fd, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

function closeAfter(stream: Readable, stack: AsyncDisposableStack): void {
  void finished(stream)
    .catch(() => {})
    .then(() => stack.disposeAsync());
}
