import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { Builder } from '../builder/index.ts';
import type { BuilderDependencies } from '../builder/index.ts';
import { openContent } from '../content/index.ts';
import { engineVersion, hostArchitecture, openEngine, removeContainer, runStep } from '../engine/index.ts';
import type { Engine } from '../engine/index.ts';
import { EventBus } from '../events/index.ts';
import { openImages } from '../image/index.ts';
import type { ImageStoreOptions } from '../image/index.ts';
import { openNetworks } from '../network/index.ts';
import { createRegistryClient } from '../registry/index.ts';
import { openRuntime } from '../runtime/index.ts';
import { openSnapshots } from '../snapshot/index.ts';
import { openState } from '../state/index.ts';
import type { State } from '../state/index.ts';
import { openVolumes } from '../volume/index.ts';
import { lockDataRoot } from './data-root-lock.ts';
import { listen } from './http/listen.ts';
import { Router } from './http/router.ts';
import { createApiServer } from './http/server.ts';
import type { DaemonOptions } from './options.ts';
import { registrySettings } from './registry-settings.ts';
import { allRoutes } from './routes/index.ts';

/** A serving engine. */
export interface Daemon {
  /** Where it listens: "unix:///run/slipway/slipway.sock". */
  readonly addresses: readonly string[];
  readonly engine: Engine;
  /** Ends serving. Containers keep running, for the next engine of the same roots. */
  close(): Promise<void>;
  /** Removes every container, network and file of its roots, and ends. */
  destroy(): Promise<void>;
}

/** Opens every room, takes up what an earlier engine left, and serves. */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  await using undo = new AsyncDisposableStack();
  undo.use(lockDataRoot(options.dataRoot));
  const engine = await openRooms(options, undo);
  const router = new Router(allRoutes(engine, openBuilder(engine, join(options.dataRoot, 'builder'), undo)));
  const servers: Server[] = [];
  const connections = new Set<Socket>();
  undo.defer(() => closeAll(servers, connections));
  const addresses: string[] = [];
  for (const host of options.hosts) {
    const server = createApiServer(router, { product: `Slipway/${engineVersion().version} (linux)`, onFault });
    servers.push(server);
    track(server, connections);
    addresses.push(await listen(server, host));
    if (host.kind === 'unix') undo.defer(() => rmSync(host.path, { force: true }));
  }
  writePidFile(options.pidFile, undo);
  const close = once(undo.move());
  void engine
    .startRestored()
    .then(() => engine.images.collect({ olderThanMs: 0 }))
    .catch((error: unknown) => onFault(error, 'start'));
  return { addresses, engine, close, destroy: () => destroy(engine, options, close) };
}

/** What is told to the image store later than it is opened. */
interface ImageHooks {
  usersOf: NonNullable<ImageStoreOptions['usersOf']>;
  retains: NonNullable<ImageStoreOptions['retains']>;
}

type Rooms = Engine & { readonly state: State; readonly cache: ImageHooks };

async function openRooms(options: DaemonOptions, undo: AsyncDisposableStack): Promise<Rooms> {
  const { dataRoot, execRoot } = options;
  mkdirSync(execRoot, { recursive: true, mode: 0o711 });
  const state = undo.use(openState(join(dataRoot, 'slipway.db')));
  const events = new EventBus();
  const content = openContent(join(dataRoot, 'content'));
  const snapshots = openSnapshots(join(dataRoot, 'snapshots'));
  const registry = registrySettings(options);
  const cache: ImageHooks = { usersOf: () => [], retains: () => true };
  const images = openImages({
    state,
    content,
    snapshots,
    registry: createRegistryClient({ ...registry.client, userAgent: `slipway/${engineVersion().version}` }),
    usersOf: (imageId) => cache.usersOf(imageId),
    retains: (digest) => cache.retains(digest),
    publish: ({ Action, id, attributes }) => events.publish({ Type: 'image', Action, id, attributes }),
  });
  const runtime = undo.use(await openRuntime({ execRoot, dataRoot }));
  const networks = openNetworks({
    state,
    netnsDir: join(execRoot, 'netns'),
    bridgePrefix: options.bridgePrefix,
    nftTable: options.nftTable,
    addressPools: options.addressPools,
  });
  undo.defer(() => networks.close());
  const volumes = openVolumes({ root: join(dataRoot, 'volumes'), state });
  const engine = undo.use(
    await openEngine(
      { state, events, content, snapshots, images, runtime, networks, volumes },
      {
        dataRoot,
        execRoot,
        logDriver: options.logDriver,
        logOptions: options.logOptions,
        id: engineId(dataRoot),
        backingFilesystem: await fileSystemName(dataRoot),
        addressPools: options.addressPools,
        nftTable: options.nftTable,
        registryConfig: registry.shown,
      },
    ),
  );
  cache.usersOf = (imageId) =>
    engine.containers
      .all()
      .filter((container) => container.record.imageId === imageId)
      .map((container) => ({ containerId: container.id, running: container.isRunning }));
  return { ...engine, state, cache };
}

function openBuilder(engine: Rooms, root: string, undo: AsyncDisposableStack): Builder {
  const { images, snapshots, content, state } = engine;
  const records: BuilderDependencies['records'] = (kind) => state.records(kind);
  const platform = { os: 'linux', architecture: hostArchitecture() };
  const builder = undo.use(new Builder({ root, images, snapshots, content, records, platform, runStep: (step) => runStep(engine, step) }));
  engine.cache.retains = (digest) => builder.retains(digest);
  return builder;
}

/** A UUID that stays with the data root. */
function engineId(dataRoot: string): string {
  const file = join(dataRoot, 'engine-id');
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    const id = randomUUID();
    writeFileSync(file, `${id}\n`, { mode: 0o644 });
    return id;
  }
}

/** f_type of statfs(2) → Docker's names of file systems. */
const fileSystems: Readonly<Record<number, string>> = {
  0xef53: 'extfs',
  0x58465342: 'xfs',
  0x9123683e: 'btrfs',
  0x01021994: 'tmpfs',
  0x2fc12fc1: 'zfs',
  0x794c7630: 'overlayfs',
  0xf2f52010: 'f2fs',
};

async function fileSystemName(path: string): Promise<string> {
  return fileSystems[(await statfs(path)).type] ?? '<unknown>';
}

function writePidFile(file: string, undo: AsyncDisposableStack): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${process.pid}\n`);
  undo.defer(() => rmSync(file, { force: true }));
}

/** How long running requests may go on when the engine ends. Streams that follow something would never end by themselves. */
const GRACE_MS = 100;

async function closeAll(servers: readonly Server[], connections: ReadonlySet<Socket>): Promise<void> {
  const closed = servers.map((server) => new Promise<void>((resolve) => void server.close(() => resolve())));
  for (const server of servers) server.closeIdleConnections();
  const cut = setTimeout(() => connections.forEach((socket) => socket.destroy()), GRACE_MS);
  await Promise.all(closed);
  clearTimeout(cut);
}

/** Every open connection, also those that were hijacked, which the server itself forgets. */
function track(server: Server, connections: Set<Socket>): void {
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
}

function once(stack: AsyncDisposableStack): () => Promise<void> {
  let closing: Promise<void> | undefined;
  return () => (closing ??= stack.disposeAsync());
}

async function destroy(engine: Engine, options: DaemonOptions, close: () => Promise<void>): Promise<void> {
  await Promise.allSettled(engine.containers.all().map((container) => removeContainer(engine, container.id, { force: true, volumes: true })));
  for (const network of engine.networks.list()) if (!['host', 'none'].includes(network.Driver)) await engine.networks.remove(network.Id).catch(() => {});
  await engine.snapshots.idle();
  await engine.networks.destroy();
  await close();
  for (const root of [options.execRoot, options.dataRoot]) rmSync(root, { recursive: true, force: true });
  removeIfEmpty(dirname(options.dataRoot));
}

/** The directory that a program made for both roots goes with them. */
function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // Somebody else has things in it.
  }
}

/** An error that is the engine's own fault: for whoever runs it. */
function onFault(error: unknown, request: string): void {
  process.stderr.write(`slipway engine: ${request}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}
