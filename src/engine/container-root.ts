import { closeSync, constants, fstatSync, openSync, readlinkSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { systemCode } from '../base/index.ts';
import { bindMount, fdPath, mkdirAt, openInRoot, openPath, umount } from '../linux/index.ts';
import type { Fd } from '../linux/index.ts';
import type { Container } from './container.ts';
import type { EngineContext } from './context.ts';
import { pinSubpath, subpathFolder } from './pin-subpath.ts';

/**
 * Opens a container's file tree with everything that is mounted in it: that of its process while it runs, else one made for the while.
 * `fd` is the root directory; reach below it only with `openInRoot` and `openBeneath`.
 */
export async function openContainerRoot(engine: EngineContext, container: Container): Promise<{ readonly fd: Fd } & AsyncDisposable> {
  await using undo = new AsyncDisposableStack();
  const running = container.task && container.state.pid > 0;
  const fd = running ? openRunning(engine, container) : openSync(await mountStopped(engine, container, undo), constants.O_RDONLY | constants.O_DIRECTORY);
  undo.defer(() => closeSync(fd));
  const opened = undo.move();
  return { fd, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/**
 * The root of the container's process, with its mounts. The process may have taken another root for itself, or be gone and its number a
 * stranger's: then the container's own files without its mounts.
 */
function openRunning(engine: EngineContext, container: Container): Fd {
  const fd = openSync(`/proc/${container.state.pid}/root`, constants.O_RDONLY | constants.O_DIRECTORY);
  const own = engine.snapshots.active(container.id)?.target;
  if (own === undefined || isSame(fstatSync(fd), statSync(own))) return fd;
  closeSync(fd);
  return openSync(own, constants.O_RDONLY | constants.O_DIRECTORY);
}

function isSame(a: Stats, b: Stats): boolean {
  return a.dev === b.dev && a.ino === b.ino;
}

/** Holds the container's lock, so that it is not started meanwhile. */
async function mountStopped(engine: EngineContext, container: Container, undo: AsyncDisposableStack): Promise<string> {
  undo.use(await container.lock.acquire());
  await container.teardown;
  const snapshot = engine.snapshots.active(container.id);
  if (!snapshot) return '/var/empty';
  snapshot.mount();
  undo.defer(() => snapshot.unmount());
  const rootFd = openSync(snapshot.target, constants.O_RDONLY | constants.O_DIRECTORY);
  undo.defer(() => closeSync(rootFd));
  for (const { origin, point } of [...container.record.mounts].sort((a, b) => a.point.Destination.length - b.point.Destination.length)) {
    if (origin.kind === 'volume') {
      const { path } = await engine.volumes.mount(origin.name, container.id);
      undo.defer(() => engine.volumes.unmount(origin.name, container.id));
      const source = origin.subpath === '' ? path : pinSubpath(path, origin.subpath, { folder: subpathFolder(engine), pins: undo });
      mountBelow(rootFd, point.Destination, { source, readonly: !point.RW, undo });
    } else if (origin.kind === 'bind') mountBelow(rootFd, point.Destination, { source: origin.path, readonly: !point.RW, undo });
  }
  return snapshot.target;
}

/** Binds a directory of the host into the tree, over a directory that is made where it is missing, as a start would. */
function mountBelow(rootFd: Fd, target: string, { source, readonly, undo }: { source: string; readonly: boolean; undo: AsyncDisposableStack }): void {
  if (!statSync(source, { throwIfNoEntry: false })?.isDirectory()) return;
  const fd = ensureDirectory(rootFd, target);
  if (fd === undefined) return;
  // Nobody is inside: the container does not run and its lock is held, so the real path stays what it is.
  const at = readlinkSync(fdPath(fd));
  closeSync(fd);
  bindMount(source, at, { readonly });
  undo.defer(() => umount(at, { detach: true }));
}

/** Makes a directory and those above it without ever leaving the tree; undefined where something else is in the way. */
function ensureDirectory(rootFd: Fd, path: string): Fd | undefined {
  let directory = openInRoot(rootFd, '/', openPath | constants.O_DIRECTORY);
  let reached = '';
  for (const name of path.split('/').filter(Boolean)) {
    reached += `/${name}`;
    const next = openOrMake(rootFd, directory, { path: reached, name });
    closeSync(directory);
    if (next === undefined) return undefined;
    directory = next;
  }
  return directory;
}

function openOrMake(rootFd: Fd, parent: Fd, { path, name }: { path: string; name: string }): Fd | undefined {
  try {
    return openInRoot(rootFd, path, openPath | constants.O_DIRECTORY);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') return undefined;
  }
  try {
    mkdirAt(parent, name, 0o755);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') return undefined;
  }
  try {
    return openInRoot(rootFd, path, openPath | constants.O_DIRECTORY);
  } catch {
    return undefined;
  }
}
