import { type Project, type Service, serviceHash } from '../../compose-file/index.ts';
import { fileObjects, filesHash } from '../create/file-objects.ts';
import { type ContainerOf, resolveReferences } from '../create/references.ts';
import { label } from '../labels.ts';
import type { Observed, ObservedContainer } from '../observe.ts';

/** When containers that exist are replaced. */
export type Recreate = 'diverged' | 'force' | 'never';

/** What decides about one container. */
export interface DivergenceContext {
  readonly project: Project;
  readonly observed: Observed;
  readonly recreate: Recreate;
  /** Id of the image that the service uses now. */
  readonly imageId: string | undefined;
  readonly containerOf: ContainerOf;
  /** Networks that are made anew. */
  readonly newNetworks: ReadonlySet<string>;
}

/** Marks a change whose details only the container itself can tell. */
export const configurationChanged = 'configuration changed';

/** Why a container has to be replaced; undefined when it is what the service says. */
export function divergence(container: ObservedContainer, service: Service, context: DivergenceContext): string | undefined {
  const { recreate, imageId, project } = context;
  if (recreate === 'never') return undefined;
  if (recreate === 'force') return 'asked for by --force-recreate';
  if (container.configHash !== serviceHash(resolveReferences(service, context.containerOf))) return configurationChanged;
  if (imageId !== undefined && container.imageId !== imageId) return `image changed: ${shorten(container.imageId)} → ${shorten(imageId)}`;
  if (copiedFilesChanged(container, service, project)) return 'content of a config or secret changed';
  return networkDivergence(container, service, context) ?? volumeDivergence(container, service, project);
}

function copiedFilesChanged(container: ObservedContainer, service: Service, project: Project): boolean {
  const before = container.labels[label.filesHash];
  // A container that Docker Compose made says nothing about its files: it stays.
  return before !== undefined && before !== filesHash(fileObjects(service, project).injected);
}

function networkDivergence(container: ObservedContainer, service: Service, { project, observed, newNetworks }: DivergenceContext): string | undefined {
  if (service.network_mode !== undefined) return undefined;
  for (const key of Object.keys(service.networks ?? {})) {
    const name = project.networks[key]?.name ?? key;
    const id = observed.networks.get(name)?.id;
    const joined = container.networks[name];
    if (newNetworks.has(name)) return `network ${name} is made anew`;
    if (id !== undefined && joined !== undefined && joined !== '' && joined !== id) return `network ${name} is another one now`;
    if (joined === undefined) return `not connected to network ${name}`;
  }
  return undefined;
}

function volumeDivergence(container: ObservedContainer, service: Service, project: Project): string | undefined {
  for (const { type, source, target } of service.volumes ?? []) {
    if (type !== 'volume' || source === undefined) continue;
    const name = project.volumes[source]?.name ?? source;
    const mounted = container.mounts.find(({ Destination }) => Destination === target);
    if (mounted && mounted.Name !== undefined && mounted.Name !== name) return `volume at ${target} changed: ${mounted.Name} → ${name}`;
  }
  return undefined;
}

function shorten(id: string): string {
  return id.replace('sha256:', '').slice(0, 12);
}
