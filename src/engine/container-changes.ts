import type { FilesystemChange } from '../api/index.ts';
import type { EngineContext } from './context.ts';

/** What a container changed against its image; null for nothing, as Docker answers. */
export async function containerChanges(engine: EngineContext, reference: string): Promise<FilesystemChange[] | null> {
  const container = engine.containers.resolve(reference);
  const changes = await engine.snapshots.changes(container.id);
  return changes.length > 0 ? changes.map(({ path, kind }) => ({ Path: path, Kind: kind })) : null;
}
