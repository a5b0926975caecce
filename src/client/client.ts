import { buildPrune } from './build-prune.ts';
import { connect, type ConnectOptions } from './connect.ts';
import { containerArchiveGet } from './container-archive-get.ts';
import { containerArchivePut } from './container-archive-put.ts';
import { containerArchiveStat } from './container-archive-stat.ts';
import { containerAttach } from './container-attach.ts';
import { containerChanges } from './container-changes.ts';
import { containerCommit } from './container-commit.ts';
import { containerCreate } from './container-create.ts';
import { containerExport } from './container-export.ts';
import { containerInspect } from './container-inspect.ts';
import { containerKill } from './container-kill.ts';
import { containerList } from './container-list.ts';
import { containerLogs } from './container-logs.ts';
import { containerPause } from './container-pause.ts';
import { containerPrune } from './container-prune.ts';
import { containerRemove } from './container-remove.ts';
import { containerRename } from './container-rename.ts';
import { containerResize } from './container-resize.ts';
import { containerRestart } from './container-restart.ts';
import { containerStart } from './container-start.ts';
import { containerStats } from './container-stats.ts';
import { containerStop } from './container-stop.ts';
import { containerTop } from './container-top.ts';
import { containerUnpause } from './container-unpause.ts';
import { containerUpdate } from './container-update.ts';
import { containerWait } from './container-wait.ts';
import { execCreate } from './exec-create.ts';
import { execInspect } from './exec-inspect.ts';
import { execResize } from './exec-resize.ts';
import { execStart, execStartDetached } from './exec-start.ts';
import { imageBuild, imageBuildCheck } from './image-build.ts';
import { imageDistribution } from './image-distribution.ts';
import { imageHistory } from './image-history.ts';
import { imageImport } from './image-import.ts';
import { imageInspect } from './image-inspect.ts';
import { imageList } from './image-list.ts';
import { imageLoad } from './image-load.ts';
import { imagePrune } from './image-prune.ts';
import { imagePull } from './image-pull.ts';
import { imagePush } from './image-push.ts';
import { imageRemove } from './image-remove.ts';
import { imageSave } from './image-save.ts';
import { imageSearch } from './image-search.ts';
import { imageTag } from './image-tag.ts';
import { networkConnect } from './network-connect.ts';
import { networkCreate } from './network-create.ts';
import { networkDisconnect } from './network-disconnect.ts';
import { networkInspect } from './network-inspect.ts';
import { networkList } from './network-list.ts';
import { networkPrune } from './network-prune.ts';
import { networkRemove } from './network-remove.ts';
import { systemAuth } from './system-auth.ts';
import { systemDf } from './system-df.ts';
import { systemEvents, systemEventsReady } from './system-events.ts';
import { systemInfo } from './system-info.ts';
import { systemPing } from './system-ping.ts';
import { systemVersion } from './system-version.ts';
import type { Connection } from './types.ts';
import { volumeCreate } from './volume-create.ts';
import { volumeInspect } from './volume-inspect.ts';
import { volumeList } from './volume-list.ts';
import { volumePrune } from './volume-prune.ts';
import { volumeRemove } from './volume-remove.ts';

const containers = {
  list: containerList,
  create: containerCreate,
  inspect: containerInspect,
  start: containerStart,
  stop: containerStop,
  restart: containerRestart,
  kill: containerKill,
  remove: containerRemove,
  rename: containerRename,
  pause: containerPause,
  unpause: containerUnpause,
  wait: containerWait,
  logs: containerLogs,
  attach: containerAttach,
  resize: containerResize,
  top: containerTop,
  stats: containerStats,
  changes: containerChanges,
  export: containerExport,
  archiveGet: containerArchiveGet,
  archiveStat: containerArchiveStat,
  archivePut: containerArchivePut,
  update: containerUpdate,
  commit: containerCommit,
  prune: containerPrune,
};

const execs = { create: execCreate, start: execStart, startDetached: execStartDetached, inspect: execInspect, resize: execResize };

const images = {
  build: imageBuild,
  check: imageBuildCheck,
  list: imageList,
  inspect: imageInspect,
  history: imageHistory,
  tag: imageTag,
  remove: imageRemove,
  pull: imagePull,
  push: imagePush,
  import: imageImport,
  load: imageLoad,
  save: imageSave,
  search: imageSearch,
  distribution: imageDistribution,
  prune: imagePrune,
  pruneBuildCache: buildPrune,
};

const networks = {
  list: networkList,
  create: networkCreate,
  inspect: networkInspect,
  remove: networkRemove,
  connect: networkConnect,
  disconnect: networkDisconnect,
  prune: networkPrune,
};

const volumes = { list: volumeList, create: volumeCreate, inspect: volumeInspect, remove: volumeRemove, prune: volumePrune };

const system = {
  ping: systemPing,
  version: systemVersion,
  info: systemInfo,
  df: systemDf,
  events: systemEvents,
  eventsReady: systemEventsReady,
  auth: systemAuth,
};

type Endpoint = (connection: Connection, ...args: never[]) => unknown;

/** Endpoints with their connection filled in. */
type Bound<T extends Record<string, Endpoint>> = {
  readonly [K in keyof T]: T[K] extends (connection: Connection, ...args: infer A) => infer R ? (...args: A) => R : never;
};

/** A typed client of one engine: every endpoint of the Engine API, one file each. `await using` closes its idle sockets. */
export class Client implements AsyncDisposable {
  readonly connection: Connection;
  readonly containers: Bound<typeof containers>;
  readonly execs: Bound<typeof execs>;
  readonly images: Bound<typeof images>;
  readonly networks: Bound<typeof networks>;
  readonly volumes: Bound<typeof volumes>;
  readonly system: Bound<typeof system>;

  constructor(connection: Connection) {
    this.connection = connection;
    this.containers = bind(connection, containers);
    this.execs = bind(connection, execs);
    this.images = bind(connection, images);
    this.networks = bind(connection, networks);
    this.volumes = bind(connection, volumes);
    this.system = bind(connection, system);
  }

  /** Closes idle sockets; running calls go on. */
  close(): void {
    this.connection.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }
}

/** A client of the engine at `host`: "unix:///run/slipway/slipway.sock", "tcp://…", "ssh://…". Nothing is opened before the first call. */
export function createClient(options: ConnectOptions & { readonly host: string }): Client {
  return new Client(connect(options.host, options));
}

function bind<T extends Record<string, Endpoint>>(connection: Connection, endpoints: T): Bound<T> {
  const bound = Object.entries(endpoints).map(([name, endpoint]) => [name, (...args: never[]) => endpoint(connection, ...args)]);
  return Object.fromEntries(bound) as Bound<T>;
}
