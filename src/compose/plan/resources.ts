import { EngineError } from '../../base/index.ts';
import { networkHash, type Project, volumeHash } from '../../compose-file/index.ts';
import { label } from '../labels.ts';
import type { Observed } from '../observe.ts';
import type { PlanBuilder } from './plan.ts';

/** Steps that make a network or volume, by key; networks that are made anew. */
export interface ResourceSteps {
  readonly networks: ReadonlyMap<string, number>;
  readonly volumes: ReadonlyMap<string, number>;
  readonly newNetworks: ReadonlySet<string>;
}

/** Plans the networks and volumes that are missing or changed. NOT_FOUND for external ones that are not there. */
export function planResources(plan: PlanBuilder, project: Project, observed: Observed): ResourceSteps {
  const newNetworks = new Set<string>();
  const networks = new Map<string, number>();
  for (const key of Object.keys(project.networks)) {
    const step = planNetwork(plan, key, project, observed, newNetworks);
    if (step !== undefined) networks.set(key, step);
  }
  const volumes = new Map<string, number>();
  for (const key of Object.keys(project.volumes)) {
    const step = planVolume(plan, key, project, observed);
    if (step !== undefined) volumes.set(key, step);
  }
  return { networks, volumes, newNetworks };
}

function planNetwork(plan: PlanBuilder, key: string, project: Project, observed: Observed, newNetworks: Set<string>): number | undefined {
  const network = project.networks[key];
  if (!network) return undefined;
  const found = observed.networks.get(network.name);
  if (network.external === true) {
    if (found || ['host', 'none', 'bridge', 'default'].includes(network.name)) return undefined;
    throw new EngineError('NOT_FOUND', `network ${network.name} declared as external, but could not be found`);
  }
  if (!found) return plan.add({ kind: 'create-network', key, network });
  const owner = found.labels[label.project];
  if (owner === undefined && found.labels[label.network] === undefined) {
    plan.warn(`a network with name ${network.name} exists but was not created by compose.\nSet \`external: true\` to use an existing network`);
    return undefined;
  }
  if (found.labels[label.network] !== key) {
    throw new EngineError(
      'CONFLICT',
      `network ${network.name} was found but has incorrect label ${label.network} set to "${found.labels[label.network] ?? ''}" (expected: "${key}")`,
    );
  }
  const before = found.labels[label.configHash];
  if (before === undefined || before === networkHash(network)) return undefined;
  newNetworks.add(network.name);
  const users = observed.containers.filter(({ networks, state }) => network.name in networks && ['running', 'paused', 'restarting'].includes(state));
  const stopped = users.map(({ id, name, service }) => plan.add({ kind: 'stop', name, id, service }, [], `network ${network.name} changed`));
  const removed = observed.containers
    .filter(({ networks }) => network.name in networks)
    .map(({ id, name }) => plan.add({ kind: 'remove', name, id, volumes: false }, stopped, `network ${network.name} changed`));
  const gone = plan.add({ kind: 'remove-network', name: network.name, id: found.id }, removed, 'configuration changed');
  return plan.add({ kind: 'create-network', key, network }, [gone]);
}

function planVolume(plan: PlanBuilder, key: string, project: Project, observed: Observed): number | undefined {
  const volume = project.volumes[key];
  if (!volume) return undefined;
  const found = observed.volumes.get(volume.name);
  if (volume.external === true) {
    if (found) return undefined;
    throw new EngineError('NOT_FOUND', `external volume "${volume.name}" not found`);
  }
  if (!found) return plan.add({ kind: 'create-volume', key, volume });
  const owner = found.labels[label.project];
  if (owner === undefined)
    plan.warn(`volume "${volume.name}" already exists but was not created by Docker Compose. Use \`external: true\` to use an existing volume`);
  else if (owner !== project.name) {
    plan.warn(
      `volume "${volume.name}" already exists but was created for project "${owner}" (expected "${project.name}"). Use \`external: true\` to use an existing volume`,
    );
  } else if (found.labels[label.configHash] !== undefined && found.labels[label.configHash] !== volumeHash(volume)) {
    plan.warn(
      `volume "${volume.name}" exists but doesn't match configuration in compose file: its data is kept as it is; remove the volume to have it made anew`,
    );
  }
  return undefined;
}
