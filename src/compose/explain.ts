import type { ContainerInspect, ImageConfig } from '../api/index.ts';
import { isEngineError } from '../base/index.ts';
import type { Client } from '../client/index.ts';
import type { Project } from '../compose-file/index.ts';
import { containerRequest, type ContainerRequest } from './create/container-body.ts';
import { configurationChanged } from './plan/diverged.ts';
import type { Plan, PlanNode } from './plan/plan.ts';

/** Replaces "configuration changed" by what has changed: asks the engine about each container that is replaced, and compares. */
export async function explainPlan(plan: Plan, project: Project, client: Client): Promise<Plan> {
  const nodes = await Promise.all(plan.nodes.map((node) => explainNode(node, project, client)));
  return { ...plan, nodes };
}

async function explainNode(node: PlanNode, project: Project, client: Client): Promise<PlanNode> {
  const { operation, reason } = node;
  if (operation.kind !== 'create' || !operation.replaces || reason !== configurationChanged) return node;
  const { service, replaces, number } = operation;
  try {
    const old = await client.containers.inspect(replaces.id);
    const image = old.Config.Image;
    const wanted = containerRequest(service, project, {
      name: replaces.name,
      number,
      image: service.image ?? image,
      imageId: undefined,
      containerOf: () => undefined,
    });
    const changes = differences(old, wanted, await imageConfig(client, old.Image));
    return changes.length ? { ...node, reason: changes.join('; ') } : node;
  } catch (error) {
    // Not being able to tell why must not keep anybody from going on.
    if (isEngineError(error)) return node;
    throw error;
  }
}

/** What the image itself brought; {} when it is gone. */
async function imageConfig(client: Client, id: string): Promise<ImageConfig> {
  try {
    return (await client.images.inspect(id)).Config ?? {};
  } catch (error) {
    if (isEngineError(error)) return {};
    throw error;
  }
}

/** What of a container is not as it is wanted, in words: `command: "a" → "b"`, `environment: +NEW, ~CHANGED, -GONE`. What `image` brought is no difference. */
export function differences(old: Pick<ContainerInspect, 'Config' | 'HostConfig'>, { body }: ContainerRequest, image: ImageConfig = {}): string[] {
  const { Config: config, HostConfig: host } = old;
  const wanted = body.HostConfig ?? {};
  const found: (string | undefined)[] = [
    changed('image', config.Image, body.Image),
    changed('command', (config.Cmd ?? []).join(' '), body.Cmd?.join(' ')),
    changed('entrypoint', (config.Entrypoint ?? []).join(' '), body.Entrypoint?.join(' ')),
    environmentChange(ownVariables(config.Env ?? [], image), body.Env ?? []),
    setChange('ports', portTexts(host.PortBindings), portTexts(wanted.PortBindings)),
    setChange('volumes', host.Binds ?? [], wanted.Binds ?? []),
    setChange(
      'mounts',
      (host.Mounts ?? []).map(({ Target }) => Target),
      (wanted.Mounts ?? []).map(({ Target }) => Target),
    ),
    setChange('labels', ownLabels(config.Labels, image), ownLabels(body.Labels ?? {}, {})),
    changed('user', config.User, body.User ?? config.User),
    body.Healthcheck && changed('healthcheck', JSON.stringify(config.Healthcheck ?? {}), JSON.stringify(body.Healthcheck)),
    changed('restart', host.RestartPolicy.Name || 'no', wanted.RestartPolicy?.Name || 'no'),
    changed('network mode', host.NetworkMode, wanted.NetworkMode),
    changed('memory limit', host.Memory, wanted.Memory ?? 0),
    changed('cpus', host.NanoCpus, wanted.NanoCpus ?? 0),
    changed('read_only', host.ReadonlyRootfs, wanted.ReadonlyRootfs ?? false),
    changed('privileged', host.Privileged, wanted.Privileged ?? false),
    setChange('cap_add', host.CapAdd ?? [], wanted.CapAdd ?? []),
    setChange('cap_drop', host.CapDrop ?? [], wanted.CapDrop ?? []),
    setChange('extra_hosts', host.ExtraHosts ?? [], wanted.ExtraHosts ?? []),
    setChange('tmpfs', Object.keys(host.Tmpfs ?? {}), Object.keys(wanted.Tmpfs ?? {})),
    changed('hostname', config.Hostname, body.Hostname ?? config.Hostname),
    changed('working_dir', config.WorkingDir, body.WorkingDir ?? config.WorkingDir),
  ];
  return found.filter((text): text is string => text !== undefined);
}

function changed(what: string, before: string | number | boolean, after: string | number | boolean | undefined): string | undefined {
  if (after === undefined || before === after) return undefined;
  const show = (value: string | number | boolean): string =>
    typeof value === 'string' ? JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value) : String(value);
  return `${what}: ${show(before)} → ${show(after)}`;
}

/** Values may be secrets: only names are told. */
function environmentChange(before: readonly string[], after: readonly string[]): string | undefined {
  const old = new Map(before.map(nameAndValue));
  const wanted = new Map(after.filter((text) => text.includes('=')).map(nameAndValue));
  const changes = [...wanted].flatMap(([name, value]) => (old.has(name) ? (old.get(name) === value ? [] : [`~${name}`]) : [`+${name}`]));
  const gone = [...old.keys()].filter((name) => !wanted.has(name)).map((name) => `-${name}`);
  return changes.length + gone.length ? `environment: ${[...changes, ...gone].join(', ')}` : undefined;
}

function ownVariables(variables: readonly string[], image: ImageConfig): string[] {
  return variables.filter((text) => !image.Env?.includes(text));
}

function nameAndValue(text: string): [string, string] {
  const equals = text.indexOf('=');
  return [text.slice(0, equals), text.slice(equals + 1)];
}

function setChange(what: string, before: readonly string[], after: readonly string[]): string | undefined {
  const added = after.filter((one) => !before.includes(one)).map((one) => `+${one}`);
  const gone = before.filter((one) => !after.includes(one)).map((one) => `-${one}`);
  return added.length + gone.length ? `${what}: ${[...added, ...gone].join(', ')}` : undefined;
}

function portTexts(bindings: ContainerInspect['HostConfig']['PortBindings'] | undefined): string[] {
  return Object.entries(bindings ?? {}).flatMap(([port, hosts]) =>
    (hosts ?? []).map(({ HostIp, HostPort }) => `${HostIp ? `${HostIp}:` : ''}${HostPort}:${port}`),
  );
}

function ownLabels(labels: Readonly<Record<string, string>>, image: ImageConfig): string[] {
  const own = Object.entries(labels).filter(([name, value]) => !/^(?:com\.docker\.compose|dev\.slipway)\./.test(name) && image.Labels?.[name] !== value);
  return own.map(([name, value]) => `${name}=${value}`);
}
