import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { mount, MountFlag, umount } from '../linux/index.ts';
import type { Container } from './container.ts';
import type { EngineContext } from './context.ts';

/** The /dev/shm of a container that shares it with others: a tmpfs on the host, under EXEC_ROOT/shm/ID. */
export function openSharedMemory(engine: EngineContext, container: Container): string {
  const path = sharedMemoryPath(engine, container);
  closeSharedMemory(engine, container);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  mount({
    source: 'shm',
    target: path,
    type: 'tmpfs',
    flags: MountFlag.nosuid | MountFlag.nodev | MountFlag.noexec,
    data: `mode=1777,size=${container.record.hostConfig.ShmSize}`,
  });
  return path;
}

/** Takes it down again; fine when there is none. */
export function closeSharedMemory(engine: EngineContext, container: Container): void {
  const path = sharedMemoryPath(engine, container);
  try {
    umount(path, { detach: true });
  } catch {
    // It was not mounted.
  }
  rmSync(path, { recursive: true, force: true });
}

/** Where it is while the container runs. */
export function sharedMemoryPath(engine: EngineContext, container: Container): string {
  return join(engine.settings.execRoot, 'shm', container.id);
}
