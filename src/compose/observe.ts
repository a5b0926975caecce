import type { ContainerStatus, ContainerSummary, MountPoint } from '../api/index.ts';
import type { Client } from '../client/index.ts';
import { label } from './labels.ts';

/** A container of a project as the engine has it. */
export interface ObservedContainer {
  readonly id: string;
  readonly name: string;
  readonly service: string;
  readonly number: number;
  readonly state: ContainerStatus;
  /** "Up 3 minutes (healthy)". */
  readonly status: string;
  readonly configHash: string;
  /** Id of the image it was made from. */
  readonly imageId: string;
  readonly oneOff: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly mounts: readonly MountPoint[];
  /** Network name → network id. */
  readonly networks: Readonly<Record<string, string>>;
  readonly summary: ContainerSummary;
}

/** A network or volume with the labels that say whose it is. */
export interface ObservedResource {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** What the engine has of a project. Networks and volumes are all of the engine's, by name: external ones are looked up too. */
export interface Observed {
  readonly containers: readonly ObservedContainer[];
  readonly networks: ReadonlyMap<string, ObservedResource>;
  readonly volumes: ReadonlyMap<string, ObservedResource>;
}

/** Asks the engine for a project: three calls at once. */
export async function observe(client: Client, projectName: string): Promise<Observed> {
  const [containers, networks, volumes] = await Promise.all([observeContainers(client, projectName), client.networks.list(), client.volumes.list()]);
  return {
    containers,
    networks: new Map(networks.map(({ Id, Name, Labels }) => [Name, { id: Id, name: Name, labels: Labels ?? {} }])),
    volumes: new Map((volumes.Volumes ?? []).map(({ Name, Labels }) => [Name, { id: Name, name: Name, labels: Labels ?? {} }])),
  };
}

/** All containers of a project, one-off ones too, by service and number. */
export async function observeContainers(client: Client, projectName: string): Promise<ObservedContainer[]> {
  const found = await client.containers.list({ all: true, filters: { label: [`${label.project}=${projectName}`] } });
  return found.map(observed).toSorted(byServiceAndNumber);
}

/** Orders containers as people read them. */
export function byServiceAndNumber(a: ObservedContainer, b: ObservedContainer): number {
  if (a.service !== b.service) return a.service < b.service ? -1 : 1;
  return a.number - b.number || (a.name < b.name ? -1 : 1);
}

function observed(summary: ContainerSummary): ObservedContainer {
  const labels = summary.Labels ?? {};
  const networks = Object.entries(summary.NetworkSettings?.Networks ?? {}).map(([name, endpoint]) => [name, endpoint.NetworkID] as const);
  return {
    id: summary.Id,
    name: (summary.Names[0] ?? '').replace(/^\//, ''),
    service: labels[label.service] ?? '',
    number: Number(labels[label.number] ?? 0),
    state: summary.State,
    status: summary.Status,
    configHash: labels[label.configHash] ?? '',
    imageId: labels[label.image] ?? summary.ImageID,
    oneOff: labels[label.oneOff] === 'True',
    labels,
    mounts: summary.Mounts ?? [],
    networks: Object.fromEntries(networks),
    summary,
  };
}
