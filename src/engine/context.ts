import type { SystemInfo } from '../api/index.ts';
import type { ContentStore } from '../content/index.ts';
import type { EventBus } from '../events/index.ts';
import type { ImageStore } from '../image/index.ts';
import type { AddressPool, NetworkStore } from '../network/index.ts';
import type { Runtime } from '../runtime/index.ts';
import type { Snapshotter } from '../snapshot/index.ts';
import type { VolumeStore } from '../volume/index.ts';
import type { ContainerTable } from './container-table.ts';
import type { ExecTable } from './exec-table.ts';
import type { HostDefaults } from './host-config.ts';

/** The rooms that the engine works with; the daemon opens and closes them. */
export interface EngineStores {
  readonly images: ImageStore;
  readonly content: ContentStore;
  readonly snapshots: Snapshotter;
  readonly networks: NetworkStore;
  readonly volumes: VolumeStore;
  readonly runtime: Runtime;
  readonly events: EventBus;
}

/** Where this engine keeps things, and its defaults. */
export interface EngineSettings {
  readonly dataRoot: string;
  readonly execRoot: string;
  /** Log driver and options of containers that name none. */
  readonly logDriver: 'json-file' | 'local' | 'none';
  readonly logOptions: Readonly<Record<string, string>>;
  /** Stays the same over restarts: a UUID. */
  readonly id: string;
  /** File system of the data root, as `info` shows it: "extfs". */
  readonly backingFilesystem: string;
  readonly addressPools: readonly AddressPool[];
  readonly nftTable: string;
  readonly registryConfig: SystemInfo['RegistryConfig'];
}

/** What every verb of the engine is given. */
export interface EngineContext extends EngineStores {
  readonly settings: EngineSettings;
  readonly hostDefaults: HostDefaults;
  readonly containers: ContainerTable;
  readonly execs: ExecTable;
  /** True from the moment the engine stops serving: nothing is restarted any more. */
  readonly closing: AbortSignal;
}
