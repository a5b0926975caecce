import { parseDuration, type Project, type Service } from '../../compose-file/index.ts';
import { referencedServices } from '../create/references.ts';
import { containerName, scaleOf } from '../names.ts';
import type { Observed, ObservedContainer } from '../observe.ts';
import { divergence, type DivergenceContext, type Recreate } from './diverged.ts';
import { type Plan, PlanBuilder, type WaitFor } from './plan.ts';
import { planResources, type ResourceSteps } from './resources.ts';
import { topological } from './topological.ts';

/** How a project is brought up. */
export interface ReconcileOptions {
  /** Service → id of the image it uses; services without one are not compared. */
  readonly images: ReadonlyMap<string, string>;
  readonly recreate: Recreate;
  /** For services that were not named but are needed by those. */
  readonly recreateDependencies: Recreate;
  /** The services named on the command line; empty means all. */
  readonly named: readonly string[];
  readonly removeOrphans: boolean;
  /** Anonymous volumes of a replaced container go on with the new one. */
  readonly inheritVolumes: boolean;
  /** False creates only. */
  readonly start: boolean;
  readonly separator?: string;
}

/** Desired project × what is there → the steps between them. Pure: the same input gives the same plan. */
export function reconcile(project: Project, observed: Observed, options: ReconcileOptions): Plan {
  return new Reconciliation(project, observed, options).plan();
}

/** What was planned for a service: where its containers are ready to be started, and where they run. */
interface ServiceSteps {
  readonly created: number[];
  readonly started: number[];
  readonly names: string[];
  replaced: boolean;
}

class Reconciliation {
  readonly #project: Project;
  readonly #observed: Observed;
  readonly #options: ReconcileOptions;
  readonly #plan = new PlanBuilder();
  readonly #steps = new Map<string, ServiceSteps>();
  readonly #waits = new Map<string, number>();
  readonly #gone = new Set<string>();
  #resources: ResourceSteps = { networks: new Map(), volumes: new Map(), newNetworks: new Set() };

  constructor(project: Project, observed: Observed, options: ReconcileOptions) {
    this.#project = project;
    this.#observed = observed;
    this.#options = options;
  }

  plan(): Plan {
    this.#resources = planResources(this.#plan, this.#project, this.#observed);
    for (const container of this.#observed.containers) {
      if (Object.keys(container.networks).some((name) => this.#resources.newNetworks.has(name))) this.#gone.add(container.id);
    }
    for (const name of topological(this.#project.services)) {
      const service = this.#project.services[name];
      if (service) this.#service(service);
    }
    this.#orphans();
    return this.#plan.build();
  }

  #service(service: Service): void {
    const steps: ServiceSteps = { created: [], started: [], names: [], replaced: false };
    this.#steps.set(service.name, steps);
    const existing = this.#containers(service.name);
    const ranked = this.#rank(existing, service);
    const wanted = scaleOf(service);
    const kept = ranked.slice(0, wanted).toSorted((a, b) => a.number - b.number);
    for (const container of ranked.slice(wanted)) this.#remove(container, 'fewer replicas are wanted');
    const replaced: ObservedContainer[] = [];
    for (const container of kept) {
      steps.names.push(container.name);
      if (this.#divergence(container, service) === undefined) this.#keep(container, service, steps);
      else replaced.push(container);
    }
    this.#replaceAll(replaced, service, steps);
    for (const number of freeNumbers(kept, wanted - kept.length)) this.#create(service, number, steps);
  }

  #containers(service: string): ObservedContainer[] {
    return this.#observed.containers.filter((container) => container.service === service && !container.oneOff && !this.#gone.has(container.id));
  }

  /** Containers that are what the service says come first, then the running ones, then the older numbers: the rest goes when there are too many. */
  #rank(containers: readonly ObservedContainer[], service: Service): ObservedContainer[] {
    const weight = (container: ObservedContainer): number =>
      (this.#divergence(container, service) === undefined ? 0 : 2) + (container.state === 'running' ? 0 : 1);
    return containers.toSorted((a, b) => weight(a) - weight(b) || a.number - b.number);
  }

  #divergence(container: ObservedContainer, service: Service): string | undefined {
    const moved = referencedServices({ ...service, links: [] }).find((name) => this.#steps.get(name)?.replaced);
    const { named, recreate, recreateDependencies, images } = this.#options;
    const policy = named.length === 0 || named.includes(service.name) ? recreate : recreateDependencies;
    if (moved !== undefined && policy !== 'never') return `shares namespaces or volumes with ${moved}, which is replaced`;
    const context: DivergenceContext = {
      project: this.#project,
      observed: this.#observed,
      recreate: policy,
      imageId: images.get(service.name),
      containerOf: (name) => this.#containers(name)[0]?.id,
      newNetworks: this.#resources.newNetworks,
    };
    return divergence(container, service, context);
  }

  #keep(container: ObservedContainer, service: Service, steps: ServiceSteps): void {
    const { id, name, state } = container;
    if (state === 'paused' && this.#options.start) {
      steps.started.push(this.#plan.add({ kind: 'unpause', name, id }, []));
      return;
    }
    const restarting = state === 'running' ? this.#restartCause(service) : undefined;
    if (state === 'running' && restarting === undefined) {
      this.#plan.keep(container);
      return;
    }
    if (!this.#options.start) return;
    const stopped = restarting === undefined ? undefined : this.#plan.add({ kind: 'stop', name, id, service: service.name }, [], `${restarting} is replaced`);
    steps.started.push(this.#plan.add({ kind: 'start', service: service.name, name, id }, [stopped, ...this.#ready(service)]));
  }

  /** A dependency with `restart: true` that is replaced. */
  #restartCause(service: Service): string | undefined {
    return Object.entries(service.depends_on ?? {}).find(([name, { restart }]) => restart === true && this.#steps.get(name)?.replaced)?.[0];
  }

  #create(service: Service, number: number, steps: ServiceSteps): void {
    const name = containerName(this.#project, service, number, this.#options.separator);
    const created = this.#plan.add({ kind: 'create', service, name, number, inherit: false }, this.#needed(service));
    steps.created.push(created);
    steps.names.push(name);
    if (this.#options.start) steps.started.push(this.#start(service, name, [created], number));
  }

  #start(service: Service, name: string, after: readonly number[], number: number): number {
    let before = [...after, ...this.#ready(service)];
    for (const [index, hook] of (service.pre_start ?? []).entries()) {
      if (hook.per_replica === true || number === 1) before = [this.#plan.add({ kind: 'pre-start', service, name, index }, before)];
    }
    return this.#plan.add({ kind: 'start', service: service.name, name }, before);
  }

  /** Replaces containers, as many at once as `update_config` lets: all, unless it says something. */
  #replaceAll(containers: readonly ObservedContainer[], service: Service, steps: ServiceSteps): void {
    const update = service.deploy?.update_config;
    const size = update ? update.parallelism || (update.parallelism === 0 ? containers.length : 1) : containers.length;
    let gate: number[] = [];
    for (let at = 0; at < containers.length; at += size) {
      if (at > 0 && update?.delay !== undefined)
        gate = [this.#plan.add({ kind: 'delay', nanoseconds: parseDuration(update.delay) ?? 0, service: service.name }, gate)];
      const group = containers.slice(at, at + size);
      const before = gate;
      gate = group.flatMap((container) => this.#replace(container, service, steps, before));
    }
  }

  /** The new container is made first under another name; the old one makes place as late as can be, or not before the new one is healthy. */
  #replace(container: ObservedContainer, service: Service, steps: ServiceSteps, gate: readonly number[]): number[] {
    const { id, number } = container;
    const reason = this.#divergence(container, service);
    const name = containerName(this.#project, service, number, this.#options.separator);
    const from = `${id.slice(0, 12)}_${name}`;
    const create = { kind: 'create', service, name: from, number, replaces: container, inherit: this.#options.inheritVolumes } as const;
    const created = this.#plan.add(create, this.#needed(service), reason);
    steps.replaced = true;
    const { start } = this.#options;
    if (start && startsFirst(service) && container.state === 'running') {
      const started = this.#start(service, from, [created, ...gate], number);
      const healthy = this.#plan.add({ kind: 'wait-replica', service: service.name, name: from }, [started]);
      const renamed = this.#retire(container, name, from, [healthy]);
      steps.created.push(created);
      steps.started.push(renamed);
      return [renamed];
    }
    const renamed = this.#retire(container, name, from, [created, ...gate, ...(start ? this.#ready(service) : [])]);
    steps.created.push(renamed);
    if (!start) return [renamed];
    const started = this.#start(service, name, [renamed], number);
    steps.started.push(started);
    return [started];
  }

  #retire(container: ObservedContainer, name: string, from: string, after: readonly number[]): number {
    const { id } = container;
    const running = ['running', 'restarting', 'paused'].includes(container.state);
    const stopped = running ? [this.#plan.add({ kind: 'stop', name: container.name, id, service: container.service, quiet: true }, after)] : after;
    const removed = this.#plan.add({ kind: 'remove', name: container.name, id, volumes: false, quiet: true }, stopped);
    return this.#plan.add({ kind: 'rename', name, from }, [removed]);
  }

  #remove(container: ObservedContainer, reason: string): void {
    const { id, name, service } = container;
    const stopped = ['running', 'restarting', 'paused'].includes(container.state) ? this.#plan.add({ kind: 'stop', name, id, service }, [], reason) : undefined;
    this.#plan.add({ kind: 'remove', name, id, volumes: false }, [stopped], reason);
  }

  /** Networks, volumes and containers that a container cannot be created without. */
  #needed(service: Service): (number | undefined)[] {
    const networks = Object.keys(service.networks ?? {}).map((key) => this.#resources.networks.get(key));
    const volumes = (service.volumes ?? []).map(({ type, source }) => (type === 'volume' ? this.#resources.volumes.get(source ?? '') : undefined));
    const others = referencedServices(service).flatMap((name) => this.#steps.get(name)?.created ?? []);
    return [...networks, ...volumes, ...others];
  }

  /** What a service waits for before it starts. */
  #ready(service: Service): number[] {
    return Object.entries(service.depends_on ?? {}).flatMap(([name, { condition, required }]) => this.#condition(name, condition, required));
  }

  #condition(name: string, condition: WaitFor, required: boolean): number[] {
    const steps = this.#steps.get(name);
    if (!steps) return [];
    if (condition === 'service_started') return steps.started;
    const key = `${name} ${condition} ${required}`;
    const known = this.#waits.get(key);
    if (known !== undefined) return [known];
    const wait = this.#plan.add({ kind: 'wait', service: name, condition, required, names: steps.names }, steps.started);
    this.#waits.set(key, wait);
    return [wait];
  }

  #orphans(): void {
    const known = new Set([...Object.keys(this.#project.services), ...Object.keys(this.#project.disabledServices)]);
    const orphans = this.#observed.containers.filter(({ service, oneOff }) => !known.has(service) && !oneOff);
    if (this.#options.removeOrphans) for (const container of orphans) this.#remove(container, 'no service of the project');
    else if (orphans.length) {
      const names = orphans.map(({ name }) => name).join(' ');
      this.#plan.warn(
        `Found orphan containers ([${names}]) for this project. If you removed or renamed this service in your compose file, you can run this command with the --remove-orphans flag to clean it up.`,
      );
    }
  }
}

/** A fixed port or address can belong to one container at a time: then the old one has to go first. */
function startsFirst(service: Service): boolean {
  const ports = (service.ports ?? []).some(({ published }) => published !== undefined);
  const addresses = Object.values(service.networks ?? {}).some((endpoint) => endpoint?.ipv4_address !== undefined || endpoint?.ipv6_address !== undefined);
  return service.deploy?.update_config?.order === 'start-first' && !ports && !addresses;
}

function freeNumbers(taken: readonly { readonly number: number }[], count: number): number[] {
  const used = new Set(taken.map(({ number }) => number));
  const free: number[] = [];
  for (let number = 1; free.length < count; number++) if (!used.has(number)) free.push(number);
  return free;
}
