import { join } from 'node:path';
import type { EngineContext } from './context.ts';

/** Where a container's log and /etc files are: DATA_ROOT/containers/ID. */
export function containerDir(engine: Pick<EngineContext, 'settings'>, id: string): string {
  return join(engine.settings.dataRoot, 'containers', id);
}
