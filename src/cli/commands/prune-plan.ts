import { matchesLabels, type ContainerSummary, type ImageSummary } from '../../api/index.ts';
import type { Client } from '../../client/index.ts';
import { engineTime } from '../flags/engine-time.ts';
import { shortSize } from '../format/units.ts';
import type { PrunePlan } from './confirm.ts';

type Filters = Readonly<Record<string, readonly string[]>>;

/** The stopped containers that a prune would remove. */
export async function containerPlan(client: Client, filters: Filters): Promise<PrunePlan> {
  const stopped = await client.containers.list({ all: true, size: true, filters: { status: ['created', 'exited', 'dead'] } });
  const items = stopped.filter((one) => fits(filters, one.Labels, one.Created)).map((one) => ({ line: containerLine(one), bytes: one.SizeRw ?? 0 }));
  return { title: 'Containers', items };
}

function containerLine({ Id, Names, Image, Status }: ContainerSummary): string {
  return `${Id.slice(0, 12)}  ${(Names[0] ?? '').replace(/^\//, '')}  ${Image}  ${Status}`;
}

/** The images that a prune would remove: untagged ones, with `all` every one that no container uses. */
export async function imagePlan(client: Client, filters: Filters, all: boolean): Promise<PrunePlan> {
  const [images, containers] = await Promise.all([client.images.list(all ? {} : { filters: { dangling: ['true'] } }), client.containers.list({ all: true })]);
  const used = new Set(containers.map(({ ImageID }) => ImageID));
  const unused = images.filter((one) => !used.has(one.Id) && fits(filters, one.Labels, one.Created));
  return { title: 'Images', items: unused.map((one) => ({ line: imageLine(one), bytes: one.Size })) };
}

function imageLine({ Id, RepoTags }: ImageSummary): string {
  return `${Id.replace(/^sha256:/, '').slice(0, 12)}  ${RepoTags?.[0] ?? '<none>'}`;
}

/** The networks that a prune would remove: of the user's own making, and no container on them. */
export async function networkPlan(client: Client, filters: Filters): Promise<PrunePlan> {
  const [networks, containers] = await Promise.all([client.networks.list({ type: ['custom'] }), client.containers.list({ all: true })]);
  const used = new Set(
    containers.flatMap(({ NetworkSettings }) => Object.entries(NetworkSettings?.Networks ?? {}).flatMap(([name, { NetworkID }]) => [name, NetworkID])),
  );
  const unused = networks.filter((one) => !used.has(one.Id) && !used.has(one.Name) && fits(filters, one.Labels, Date.parse(one.Created) / 1000));
  return { title: 'Networks', items: unused.map(({ Id, Name }) => ({ line: `${Id.slice(0, 12)}  ${Name}` })) };
}

/** The volumes that a prune would remove: anonymous ones, with `all` named ones too, that no container uses. */
export async function volumePlan(client: Client, filters: Filters, all: boolean): Promise<PrunePlan> {
  const { Volumes } = await client.system.df(['volume']);
  const everyOne = all || (filters['all'] ?? []).some((value) => /^(1|t|true)$/i.test(value));
  const unused = (Volumes ?? []).filter(
    ({ Labels, UsageData }) =>
      UsageData?.RefCount === 0 && (everyOne || Labels?.['com.docker.volume.anonymous'] !== undefined) && fits(filters, Labels, undefined),
  );
  return { title: 'Volumes', items: unused.map(({ Name, UsageData }) => ({ line: Name, bytes: UsageData?.Size })) };
}

/** The records of the build cache that a prune would remove. */
export async function buildCachePlan(client: Client, filters: Filters, all: boolean): Promise<PrunePlan> {
  const { BuildCache } = await client.system.df(['build-cache']);
  const unused = (BuildCache ?? []).filter(({ InUse, Shared, CreatedAt }) => !InUse && (all || !Shared) && fits(filters, {}, Date.parse(CreatedAt) / 1000));
  return {
    title: 'Build cache',
    items: unused.map(({ ID, Type, Description, Size }) => ({ line: `${ID.slice(0, 12)}  ${Description || Type}`, bytes: Size })),
  };
}

function fits(filters: Filters, labels: Readonly<Record<string, string>> | null | undefined, created: number | undefined): boolean {
  const limits = (filters['until'] ?? []).map((value) => Number(engineTime(value, 'until')));
  return matchesLabels(filters, labels) && (created === undefined || limits.every((limit) => created < limit));
}

/** "Total reclaimed space: 1.2MB", as every prune ends. */
export function reclaimed(bytes: number): string {
  return `Total reclaimed space: ${bytes === 0 ? '0B' : shortSize(bytes)}\n`;
}
