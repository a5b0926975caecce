import type { ContainerSummary } from '../../api/index.ts';
import { loadProject, networkHash, type Project, serviceHash, volumeHash } from '../../compose-file/index.ts';
import { resolveReferences } from '../create/references.ts';
import { dependsOnLabel } from '../create/container-body.ts';
import { label } from '../labels.ts';
import type { Observed, ObservedContainer } from '../observe.ts';
import { reconcile, type ReconcileOptions } from './reconcile.ts';
import { formatPlan } from './format-plan.ts';

/** A project "p" of a file's text. */
export function projectOf(text: string): Project {
  const read = (path: string): string | undefined => (path === '/p/compose.yaml' ? text : undefined);
  return loadProject({ workingDir: '/p', env: {}, source: { read, exists: (path) => read(path) !== undefined, stdin: () => '' } });
}

/** How a container of a test differs from one that runs and is what the project says. */
export interface ContainerChanges {
  readonly state?: ObservedContainer['state'];
  readonly hash?: string;
  readonly image?: string;
  readonly oneOff?: boolean;
}

/** A container as the engine would list it. */
export function container(project: Project, service: string, number: number, changes: ContainerChanges = {}): ObservedContainer {
  const declared = project.services[service] ?? { name: service };
  const name = declared.container_name ?? `${project.name}-${service}-${number}`;
  const id = `${service}${number}`.padEnd(64, '0');
  const hash = changes.hash ?? serviceHash(resolveReferences(declared, (other) => `${other}1`.padEnd(64, '0')));
  const networks = Object.fromEntries(Object.keys(declared.networks ?? {}).map((key) => [project.networks[key]?.name ?? key, `net-${key}`]));
  return {
    id,
    name,
    service,
    number,
    state: changes.state ?? 'running',
    status: 'Up 1 second',
    configHash: hash,
    imageId: changes.image ?? 'sha256:image',
    oneOff: changes.oneOff ?? false,
    labels: { [label.project]: project.name, [label.service]: service, [label.dependsOn]: dependsOnLabel(declared) },
    mounts: [],
    networks,
    summary: {} as ContainerSummary,
  };
}

/** What the engine has: the given containers, and the networks and volumes of the project when `resources` is set. */
export function observed(project: Project, containers: readonly ObservedContainer[], resources = true): Observed {
  const own = (labels: Record<string, string>): Record<string, string> => ({ [label.project]: project.name, ...labels });
  const networks = Object.entries(project.networks).map(
    ([key, network]) =>
      [network.name, { id: `net-${key}`, name: network.name, labels: own({ [label.network]: key, [label.configHash]: networkHash(network) }) }] as const,
  );
  const volumes = Object.entries(project.volumes).map(
    ([key, volume]) =>
      [volume.name, { id: volume.name, name: volume.name, labels: own({ [label.volume]: key, [label.configHash]: volumeHash(volume) }) }] as const,
  );
  return { containers, networks: new Map(resources ? networks : []), volumes: new Map(resources ? volumes : []) };
}

/** The text of the plan that brings a project up. */
export function planText(project: Project, there: Observed, options: Partial<ReconcileOptions> = {}): string {
  const images = new Map(Object.keys(project.services).map((name) => [name, 'sha256:image']));
  return formatPlan(
    reconcile(project, there, {
      images,
      recreate: 'diverged',
      recreateDependencies: 'diverged',
      named: [],
      removeOrphans: false,
      inheritVolumes: true,
      start: true,
      ...options,
    }),
  );
}
