import { checkFilters, matchesFilter, matchesLabels } from '../api/index.ts';
import type { ContainerSummary, Filters, MountPoint, Port, PortMap } from '../api/index.ts';
import type { Container } from './container.ts';
import { endpointsShown } from './container-inspect.ts';
import { containerSizes } from './container-size.ts';
import type { EngineContext } from './context.ts';
import { invalid } from './invalid.ts';
import { statusText } from './status-text.ts';

/** Which containers to list. */
export interface ContainerListOptions {
  /** Also those that do not run. */
  readonly all?: boolean;
  /** The newest so many, whatever their state. */
  readonly limit?: number | undefined;
  readonly size?: boolean;
  readonly filters?: Filters;
}

const accepted = [
  'ancestor',
  'before',
  'since',
  'exited',
  'expose',
  'health',
  'id',
  'is-task',
  'isolation',
  'label',
  'label!',
  'name',
  'network',
  'publish',
  'status',
  'volume',
];

/** The answer of `GET /containers/json`, newest first. */
export async function listContainers(engine: EngineContext, options: ContainerListOptions = {}): Promise<ContainerSummary[]> {
  const filters = options.filters ?? {};
  checkFilters(filters, accepted);
  checkValues(filters);
  const newestFirst = engine.containers.all().reverse();
  const limit = options.limit !== undefined && options.limit > 0 ? options.limit : undefined;
  const all = options.all === true || limit !== undefined || 'status' in filters || 'exited' in filters;
  const window = between(engine, newestFirst, filters);
  const wanted = window.filter((container) => (all || container.isRunning) && matches(engine, container, filters)).slice(0, limit);
  return await Promise.all(wanted.map((container) => summary(engine, container, options.size === true)));
}

const states = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'];

function checkValues(filters: Filters): void {
  for (const value of filters['status'] ?? [])
    if (!states.includes(value)) throw invalid(`invalid filter 'status=${value}': invalid value for state (${value}): must be one of ${states.join(', ')}`);
  for (const value of filters['health'] ?? [])
    if (!['none', 'starting', 'healthy', 'unhealthy'].includes(value))
      throw invalid(`invalid filter 'health=${value}': invalid value for health (${value}): must be one of none, starting, healthy, unhealthy`);
  for (const value of filters['exited'] ?? [])
    if (!/^-?\d+$/.test(value)) throw invalid(`invalid filter 'exited=${value}': strconv.Atoi: parsing ${JSON.stringify(value)}: invalid syntax`);
  for (const value of filters['is-task'] ?? []) if (!['true', 'false', '1', '0'].includes(value)) throw invalid(`invalid filter 'is-task=[${value}]'`);
  for (const value of filters['name'] ?? []) asExpression(value);
}

/** "before" and "since" name containers that bound the list. */
function between(engine: EngineContext, newestFirst: Container[], filters: Filters): Container[] {
  const position = (reference: string): number => newestFirst.indexOf(engine.containers.resolve(reference));
  const before = (filters['before'] ?? []).map(position);
  const since = (filters['since'] ?? []).map(position);
  return newestFirst.filter((_, index) => before.every((at) => index > at) && since.every((at) => index < at));
}

function matches(engine: EngineContext, container: Container, filters: Filters): boolean {
  const { record, state } = container;
  const endpoints = endpointsShown(container);
  const ports = record.run?.network?.ports ?? record.hostConfig.PortBindings;
  const published = [...Object.keys(ports), ...hostPorts(ports)];
  const exposed = [...Object.keys(ports), ...Object.keys(record.config.ExposedPorts ?? {})];
  return (
    matchesLabels(filters, record.config.Labels) &&
    matchesFilter(filters, 'id', (value) => record.id.startsWith(value)) &&
    matchesFilter(filters, 'name', (value) => asExpression(value).test(record.name) || asExpression(value).test(`/${record.name}`)) &&
    matchesFilter(filters, 'status', (value) => state.status === value) &&
    matchesFilter(filters, 'exited', (value) => state.exitCode === Number(value) && !container.isRunning && state.status !== 'created') &&
    matchesFilter(filters, 'health', (value) => (state.health?.Status ?? 'none') === value) &&
    matchesFilter(filters, 'is-task', (value) => value === 'false' || value === '0') &&
    matchesFilter(filters, 'isolation', (value) => value === '' || value === 'default') &&
    matchesFilter(filters, 'ancestor', (value) => descendsFrom(engine, container, value)) &&
    matchesFilter(filters, 'network', (value) =>
      Object.entries(endpoints).some(([name, endpoint]) => name === value || (value !== '' && endpoint.NetworkID.startsWith(value))),
    ) &&
    matchesFilter(filters, 'volume', (value) => record.mounts.some(({ point }) => [point.Name, point.Source, point.Destination].includes(value))) &&
    matchesFilter(filters, 'publish', (value) => hasPort(published, value)) &&
    matchesFilter(filters, 'expose', (value) => hasPort(exposed, value))
  );
}

/** "8080/tcp" for each binding of a container's port. */
function hostPorts(ports: PortMap): string[] {
  return Object.entries(ports).flatMap(([port, bindings]) => (bindings ?? []).map(({ HostPort: hostPort }) => `${hostPort}/${port.split('/')[1] ?? 'tcp'}`));
}

function asExpression(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch {
    throw invalid(`invalid filter 'name=${text}'`);
  }
}

/** "80", "80/tcp" or "8000-8010". */
function hasPort(ports: readonly string[], wanted: string): boolean {
  const [range = '', protocol = 'tcp'] = wanted.split('/');
  const [first = 0, last = first] = range.split('-').map(Number);
  return ports.some((port) => {
    const [number, own] = port.split('/');
    return own === protocol && Number(number) >= first && Number(number) <= last;
  });
}

function descendsFrom(engine: EngineContext, container: Container, ancestor: string): boolean {
  const image = engine.images.find(ancestor);
  if (!image) return container.record.config.Image === ancestor;
  const own = engine.images.find(container.record.imageId);
  return (
    container.record.imageId === image.id || (own !== undefined && image.layers.length > 0 && image.layers.every((layer, index) => own.layers[index] === layer))
  );
}

async function summary(engine: EngineContext, container: Container, withSize: boolean): Promise<ContainerSummary> {
  const { record, state } = container;
  return {
    Id: record.id,
    Names: [`/${record.name}`, ...linkNames(engine, container)],
    Image: imageShown(engine, container),
    ImageID: record.imageId,
    Command: [record.path, ...record.args.map(quoted)].join(' '),
    Created: Math.floor(Date.parse(record.created) / 1000),
    Ports: portsShown(record.run?.network?.ports ?? {}, Object.keys(record.config.ExposedPorts ?? {}), container.isRunning),
    ...(withSize ? await containerSizes(engine, container) : {}),
    Labels: record.config.Labels,
    State: state.status,
    Status: statusText(state, Date.now()),
    HostConfig: { NetworkMode: record.hostConfig.NetworkMode, ...(record.hostConfig.Annotations ? { Annotations: record.hostConfig.Annotations } : {}) },
    NetworkSettings: { Networks: endpointsShown(container) },
    Mounts: record.mounts.map(({ point }): MountPoint => point),
  };
}

/** Other containers' links to this one: "/other/alias". */
function linkNames(engine: EngineContext, target: Container): string[] {
  return engine.containers.all().flatMap((container) =>
    (container.record.hostConfig.Links ?? []).flatMap((link) => {
      const [reference = '', alias = reference] = link.split(':');
      return engine.containers.find(reference) === target ? [`/${container.name}/${alias}`] : [];
    }),
  );
}

/** The reference that was used, as long as it still names the same image. */
function imageShown(engine: EngineContext, { record }: Container): string {
  const reference = record.config.Image;
  return engine.images.find(reference)?.id === record.imageId ? reference : record.imageId;
}

function quoted(argument: string): string {
  return argument.includes(' ') ? `'${argument.replaceAll("'", "'\\''")}'` : argument;
}

/** Published ports with their host sides, exposed ones without. */
export function portsShown(ports: PortMap, exposed: readonly string[], running: boolean): Port[] {
  const shown: Port[] = [];
  const all = new Set([...Object.keys(ports), ...(running ? exposed : [])]);
  for (const name of all) {
    const [number, type = 'tcp'] = name.split('/');
    const base = { PrivatePort: Number(number), Type: type as Port['Type'] };
    const bindings = ports[name] ?? [];
    if (bindings.length === 0) shown.push(base);
    for (const { HostIp: ip, HostPort: port } of bindings) shown.push({ IP: ip, PrivatePort: base.PrivatePort, PublicPort: Number(port), Type: base.Type });
  }
  return shown;
}
