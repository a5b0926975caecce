import { mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { ContainerCreateBody, ContainerCreateResponse, EndpointSettings, HostConfig } from '../api/index.ts';
import { EngineError, randomId } from '../base/index.ts';
import type { ImageRecord } from '../image/index.ts';
import { checkCreate } from './check-create.ts';
import type { Container } from './container.ts';
import { containerDir } from './container-dir.ts';
import { publishContainerEvent } from './container-events.ts';
import type { EngineContext } from './context.ts';
import { copyUpVolumes } from './copy-up.ts';
import { completeHostConfig } from './host-config.ts';
import { invalid } from './invalid.ts';
import { commandLine, mergeConfig } from './merge-config.ts';
import { nowText } from './now.ts';
import { planMounts } from './plan-mounts.ts';
import { randomName } from './random-name.ts';
import { NEVER } from './record.ts';
import type { ContainerRecord } from './record.ts';
import { sandboxRequest } from './sandbox-request.ts';

/** What stands in the query of a create request. */
export interface CreateOptions {
  /** Without slash; a random one when absent. */
  readonly name?: string | undefined;
  readonly platform?: string | undefined;
}

/** Records a container and prepares its root file system; nothing runs yet. All of it, or nothing stays. */
export async function createContainer(engine: EngineContext, body: ContainerCreateBody, options: CreateOptions = {}): Promise<ContainerCreateResponse> {
  const name = checkName(engine, options.name);
  if (Object.keys(body).length === 0) throw invalid('config cannot be empty in order to create a container');
  const warnings = checkCreate(body, { runtimes: ['runc', 'crun', 'io.containerd.runc.v2', ...Object.keys(engine.runtime.runtimes)] });
  const image = engine.images.resolve(body.Image ?? '');
  checkPlatform(image, body.Image ?? '', options.platform);
  checkLinks(engine, body.HostConfig?.Links ?? []);
  using _ = engine.images.lease(image.id);
  await using undo = new AsyncDisposableStack();
  const record = await newRecord(engine, { body, image, name, undo });
  engine.networks.validate(sandboxRequest(engine, record));
  const container = engine.containers.add(record);
  undo.defer(() => engine.containers.delete(container));
  mkdirSync(containerDir(engine, record.id), { recursive: true, mode: 0o710 });
  undo.defer(() => rmSync(containerDir(engine, record.id), { recursive: true, force: true }));
  engine.snapshots.prepare(record.id, image.chainId);
  undo.defer(() => engine.snapshots.remove(record.id));
  await copyUpVolumes(engine, container);
  publishContainerEvent(engine, container, 'create');
  undo.move();
  return { Id: record.id, Warnings: [...warnings, ...mountWarnings(record)] };
}

/** NOT_FOUND tells clients to pull the image of the platform that they asked for. */
function checkPlatform({ config }: ImageRecord, reference: string, platform: string | undefined): void {
  if (!platform) return;
  const [os = '', architecture = config.architecture, variant = config.variant] = platform.includes('/') ? platform.split('/') : [config.os, platform];
  if (os === config.os && architecture === config.architecture && variant === config.variant) return;
  throw new EngineError('NOT_FOUND', `image with reference ${reference} was found but does not provide the specified platform (${platform})`);
}

function checkLinks(engine: EngineContext, links: readonly string[]): void {
  for (const link of links) {
    const [reference = ''] = link.split(':');
    if (!engine.containers.find(reference)) throw invalid(`could not get container for ${reference}: No such container: ${reference}`);
  }
}

function mountWarnings({ mounts }: ContainerRecord): string[] {
  return mounts.some(({ origin }) => origin.kind === 'image') ? ['Image mount is an experimental feature'] : [];
}

interface NewRecord {
  readonly body: ContainerCreateBody;
  readonly image: ImageRecord;
  readonly name: string;
  readonly undo: AsyncDisposableStack;
}

async function newRecord(engine: EngineContext, { body, image, name, undo }: NewRecord): Promise<ContainerRecord> {
  const id = randomId();
  const hostConfig = completeHostConfig(withAbsoluteCpus(body.HostConfig ?? {}), engine.hostDefaults);
  const config = mergeConfig(body, image.config.config, hostnameFor(engine, hostConfig, id));
  return {
    id,
    name,
    created: nowText(),
    imageId: image.id,
    ...commandLine(config),
    config,
    hostConfig: resolveJoins(engine, hostConfig),
    endpoints: endpointsOf(body, hostConfig),
    mounts: await planMounts(engine, config, hostConfig, undo),
    state: { status: 'created', pid: 0, exitCode: 0, error: '', oomKilled: false, startedAt: NEVER, finishedAt: NEVER },
    exits: [],
    restartCount: 0,
    stoppedByUser: false,
  };
}

/** Docker reads -1 as "no limit". */
function withAbsoluteCpus(host: Partial<HostConfig>): Partial<HostConfig> {
  return host.CpuCount === -1 ? { ...host, CpuCount: availableParallelism() } : host;
}

function checkName(engine: EngineContext, given: string | undefined): string {
  if (given === undefined || given === '') return randomName((name) => engine.containers.hasName(name));
  const name = given.replace(/^\//, '');
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name)) throw invalid(`Invalid container name (${given}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`);
  engine.containers.checkFree(name);
  return name;
}

function hostnameFor(engine: EngineContext, host: HostConfig, id: string): string {
  if (host.NetworkMode === 'host' || host.UTSMode === 'host') return engine.hostDefaults.hostname;
  const joined = /^container:(.+)$/.exec(host.NetworkMode)?.[1];
  const other: Container | undefined = joined === undefined ? undefined : engine.containers.find(joined);
  return other?.record.config.Hostname ?? id.slice(0, 12);
}

/** A container may be renamed: modes keep the id of what they join. */
function resolveJoins(engine: EngineContext, host: HostConfig): HostConfig {
  const byId = (mode: string): string => {
    const name = /^container:(.+)$/.exec(mode)?.[1];
    const found = name === undefined ? undefined : engine.containers.find(name);
    return found ? `container:${found.id}` : mode;
  };
  return { ...host, NetworkMode: byId(host.NetworkMode), IpcMode: byId(host.IpcMode), PidMode: byId(host.PidMode) };
}

/** The networks the client names, and the one of its network mode. */
function endpointsOf(body: ContainerCreateBody, host: HostConfig): Record<string, Partial<EndpointSettings>> {
  const given = Object.entries(body.NetworkingConfig?.EndpointsConfig ?? {}).map(
    ([network, settings]) => [network === 'default' ? 'bridge' : network, settings ?? {}] as const,
  );
  if (host.NetworkMode.startsWith('container:')) {
    if (given.length > 0) throw invalid('conflicting options: cannot attach both user-defined and non-user-defined network-modes');
    return {};
  }
  const endpoints = Object.fromEntries(given);
  return { [host.NetworkMode]: endpoints[host.NetworkMode] ?? {}, ...endpoints };
}
