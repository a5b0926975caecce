import { existsSync, type FSWatcher, statSync, watch } from 'node:fs';
import { dirname, join } from 'node:path';

/** Tells of changed paths in batches: when nothing more has happened for `quietMs`. Disposing ends it. */
export function watchFiles(
  roots: readonly string[],
  onBatch: (paths: readonly string[]) => Promise<void>,
  onError: (error: unknown) => void,
  quietMs = 200,
): Disposable {
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const flush = (): void => {
    timer = undefined;
    const paths = [...changed];
    changed.clear();
    running = running.then(() => onBatch(paths)).catch(onError);
  };
  const note = (path: string): void => {
    changed.add(path);
    clearTimeout(timer);
    timer = setTimeout(flush, quietMs);
  };
  const watchers = topmost(roots).map((root) => watchRoot(root, note, onError));
  return {
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      for (const watcher of watchers) watcher?.close();
    },
  };
}

/** Folders that lie in others are watched with them. */
function topmost(roots: readonly string[]): string[] {
  const unique = [...new Set(roots)];
  return unique.filter((root) => !unique.some((other) => other !== root && root.startsWith(`${other}/`)));
}

function watchRoot(root: string, note: (path: string) => void, onError: (error: unknown) => void): FSWatcher | undefined {
  const folder = existsSync(root) && statSync(root).isDirectory();
  // A single file is watched through its folder: editors replace files instead of writing them.
  const watched = folder ? root : dirname(root);
  if (!existsSync(watched)) {
    onError(new Error(`watch: ${root} does not exist`));
    return undefined;
  }
  const watcher = watch(watched, { recursive: folder }, (_event, name) => {
    const path = name === null ? watched : join(watched, name);
    if (folder || path === root) note(path);
  });
  return watcher.on('error', onError);
}
