import { closeSync, constants, mkdirSync, openSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError, systemCode } from '../base/index.ts';
import { fdPath, openInRoot, openPath } from '../linux/index.ts';
import type { SpecMount } from '../runtime/index.ts';
import type { Container } from './container.ts';
import type { EngineContext } from './context.ts';
import { cleanPath } from './parse-bind.ts';
import { pinSubpath, subpathFolder } from './pin-subpath.ts';
import type { MountRecord } from './record.ts';

/**
 * Makes ready what a container's mounts need on the host, and says how to bind it in: parents before what lies below them. `undo` takes it
 * away after a start that failed; `pins` must last until the runtime has mounted everything.
 */
export async function startMounts(
  engine: EngineContext,
  container: Container,
  { undo, pins }: { readonly undo: AsyncDisposableStack; readonly pins: DisposableStack },
): Promise<SpecMount[]> {
  const mounts: SpecMount[] = [];
  for (const [index, record] of container.record.mounts.entries()) mounts.push(await startMount({ engine, container, record, index, undo, pins }));
  for (const [target, options] of Object.entries(container.record.hostConfig.Tmpfs ?? {}))
    mounts.push({ kind: 'tmpfs', target: cleanPath(target), options: tmpfsOptions(options) });
  return mounts.sort((a, b) => depth(a.target) - depth(b.target));
}

interface Step {
  readonly engine: EngineContext;
  readonly container: Container;
  readonly record: MountRecord;
  readonly index: number;
  readonly undo: AsyncDisposableStack;
  readonly pins: DisposableStack;
}

async function startMount(step: Step): Promise<SpecMount> {
  const { origin, point } = step.record;
  if (origin.kind === 'tmpfs') return { kind: 'tmpfs', target: point.Destination, options: origin.options };
  if (origin.kind === 'bind') return hostBind(step.record);
  const source = origin.kind === 'volume' ? await volumeSource(step, origin) : imageSource(step, origin);
  return { kind: 'bind', source, target: point.Destination, readonly: !point.RW, propagation: 'rprivate' };
}

/** A bind of `-v` makes its source where it is missing; `--mount` refused that at create. */
function hostBind({ origin, point }: MountRecord): SpecMount {
  if (origin.kind !== 'bind') throw new EngineError('INTERNAL', 'not a bind');
  const found = statSync(origin.path, { throwIfNoEntry: false });
  if (found === undefined) makeSource(origin.path);
  // A file holds no mounts below it, and crun 1.8 opens the target of a recursive read-only bind as a directory.
  const isFile = found !== undefined && !found.isDirectory();
  return {
    kind: 'bind',
    source: origin.path,
    target: point.Destination,
    readonly: !point.RW,
    propagation: point.Propagation || 'rprivate',
    nonRecursive: origin.nonRecursive,
    recursiveReadonly: !point.RW && !origin.readOnlyNonRecursive && !isFile,
  };
}

function makeSource(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (cause) {
    throw new EngineError('INTERNAL', `error while creating mount source path '${path}': mkdir ${path}: ${systemCode(cause) ?? String(cause)}`, { cause });
  }
}

async function volumeSource({ engine, container, undo, pins }: Step, origin: MountRecord['origin'] & { kind: 'volume' }): Promise<string> {
  const { path } = await engine.volumes.mount(origin.name, container.id);
  undo.defer(() => engine.volumes.unmount(origin.name, container.id));
  if (origin.subpath === '') return path;
  engine.volumes.subpath(origin.name, origin.subpath); // Refuses in Docker's words.
  return pinSubpath(path, origin.subpath, { folder: subpathFolder(engine), pins });
}

/** The image's file system in a snapshot of its own, mounted read-only. */
function imageSource({ engine, container, index, undo }: Step, origin: MountRecord['origin'] & { kind: 'image' }): string {
  const key = `${container.id}-image-${index}`;
  const snapshot = engine.snapshots.active(key) ?? engine.snapshots.prepare(key, engine.images.resolve(origin.imageId).chainId);
  undo.defer(() => engine.snapshots.remove(key));
  snapshot.mount({ readOnly: true });
  return origin.subpath === '' ? snapshot.target : below(snapshot.target, origin.subpath);
}

/** The real path of `subpath`, resolved without leaving `root`. */
function below(root: string, subpath: string): string {
  const rootFd = openSync(root, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    const fd = openInRoot(rootFd, subpath, openPath);
    try {
      return readlinkSync(fdPath(fd));
    } finally {
      closeSync(fd);
    }
  } finally {
    closeSync(rootFd);
  }
}

/** Docker's own options come first, so that the user's win. */
function tmpfsOptions(options: string): string[] {
  return ['noexec', 'nosuid', 'nodev', ...options.split(',').filter((option) => option !== '')];
}

function depth(path: string): number {
  return path.split('/').filter((part) => part !== '').length;
}

/** The files that the engine writes and binds over the image's: name below /etc → file on the host. */
export function networkFileMounts(directory: string, taken: readonly SpecMount[]): SpecMount[] {
  const targets = new Set(taken.map((mount) => mount.target));
  return ['resolv.conf', 'hostname', 'hosts']
    .filter((name) => !targets.has(`/etc/${name}`))
    .map((name) => ({ kind: 'bind', source: join(directory, name), target: `/etc/${name}`, propagation: 'rprivate' }));
}
