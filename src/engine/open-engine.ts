import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { State } from '../state/index.ts';
import { ContainerTable } from './container-table.ts';
import type { EngineContext, EngineSettings, EngineStores } from './context.ts';
import { ExecTable } from './exec-table.ts';
import { cgroupHost } from '../linux/index.ts';
import { dropStalePins, subpathFolder } from './pin-subpath.ts';
import { restore, startRestored } from './restore.ts';
import type { ContainerRecord } from './record.ts';

/** The engine: its rooms, its containers, and an end. */
export interface Engine extends EngineContext, AsyncDisposable {
  /** Starts the containers whose restart policy wants it. Called once, when clients can be served. */
  startRestored(): Promise<void>;
}

/** Reads the records and takes up what an earlier engine left. Closing it leaves containers running. */
export async function openEngine(stores: EngineStores & { readonly state: State }, settings: EngineSettings): Promise<Engine> {
  mkdirSync(join(settings.dataRoot, 'containers'), { recursive: true, mode: 0o710 });
  const closing = new AbortController();
  const context: EngineContext = {
    ...stores,
    settings,
    hostDefaults: {
      cgroupVersion: cgroupHost().version,
      hostname: hostname(),
      runtime: 'runc',
      logDriver: settings.logDriver,
      logOptions: settings.logOptions,
    },
    containers: new ContainerTable(stores.state.records<ContainerRecord>('container')),
    execs: new ExecTable(),
    closing: closing.signal,
  };
  dropStalePins(subpathFolder(context));
  const toStart = await restore(context);
  return {
    ...context,
    startRestored: () => startRestored(context, toStart),
    async [Symbol.asyncDispose]() {
      closing.abort();
      for (const container of context.containers.all()) container.healthCheck?.abort();
      await Promise.allSettled(context.containers.all().flatMap((container) => [container.teardown, container.forgotten]));
    },
  };
}
