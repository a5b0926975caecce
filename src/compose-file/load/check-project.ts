import { nearest } from '../nearest.ts';
import type { Problem } from '../problem.ts';
import { get, type MapTree, type Position, type Tree } from '../tree.ts';
import type { Project, Service } from '../types.ts';

/** What is wrong between the parts of a project: names that nothing declares, attributes that exclude each other, circles. */
export function checkProject(project: Project): Problem[] {
  const problems: Problem[] = [];
  for (const service of Object.values(project.services)) {
    const report = (message: string, ...path: string[]): void => void problems.push({ at: place(project.source, service.name, path), message });
    checkImage(service, report);
    checkReferences(service, project, report);
    checkExclusions(service, report);
    checkDependencies(service, project, report);
  }
  checkFileObjects(project, problems);
  const circle = findCircle(project.services);
  if (circle) problems.push({ at: place(project.source, circle[0] ?? '', ['depends_on']), message: `dependency cycle detected: ${circle.join(' -> ')}` });
  return problems;
}

type Report = (message: string, ...path: string[]) => void;

function checkImage(service: Service, report: Report): void {
  if (service.image !== undefined || service.build || service.provider) return;
  report(`service "${service.name}" has neither an image nor a build context specified: invalid compose project`);
}

function checkReferences(service: Service, project: Project, report: Report): void {
  const kinds = [
    ['network', project.networks, Object.keys(service.networks ?? {}), 'networks'],
    ['volume', project.volumes, (service.volumes ?? []).flatMap(({ type, source }) => (type === 'volume' && source !== undefined ? [source] : [])), 'volumes'],
    ['secret', project.secrets, (service.secrets ?? []).map(({ source }) => source), 'secrets'],
    ['config', project.configs, (service.configs ?? []).map(({ source }) => source), 'configs'],
    ['build secret', project.secrets, (service.build?.secrets ?? []).map(({ source }) => source), 'build'],
  ] as const;
  for (const [what, declared, used, attribute] of kinds) {
    for (const name of used) {
      if (name in declared) continue;
      report(
        `service "${service.name}" refers to undefined ${what} ${name}: invalid compose project${suggestion(name, Object.keys(declared))}`,
        attribute,
        name,
      );
    }
  }
}

function checkExclusions(service: Service, report: Report): void {
  const { name } = service;
  if (service.network_mode !== undefined && service.networks)
    report(`service ${name} declares mutually exclusive \`network_mode\` and \`networks\`: invalid compose project`, 'network_mode');
  if (service.network_mode === 'host' && service.ports?.length)
    report(`services.${name}: \`ports\` has no effect with \`network_mode: host\`; remove one of them`, 'ports');
  const scale = service.scale;
  const replicas = service.deploy?.replicas;
  if (scale !== undefined && replicas !== undefined && scale !== replicas)
    report(`services.${name}: can't set distinct values on 'scale' and 'deploy.replicas': invalid compose project`, 'scale');
  if (service.container_name !== undefined && (scale ?? replicas ?? 1) > 1) {
    report(
      `services.${name}: can't set container_name and ${scale === undefined ? 'deploy.replicas' : 'scale'}: a name can belong to one container only: invalid compose project`,
      'container_name',
    );
  }
  checkLimits(service, report);
  if (service.healthcheck && service.healthcheck.start_interval !== undefined && service.healthcheck.start_period === undefined) {
    report(`services.${name}.healthcheck.start_interval requires healthcheck.start_period to be set`, 'healthcheck', 'start_interval');
  }
}

function checkLimits(service: Service, report: Report): void {
  const limits = service.deploy?.resources?.limits ?? {};
  const reservations = service.deploy?.resources?.reservations ?? {};
  const pairs = [
    ['cpus', service.cpus, limits.cpus, 'limits.cpus'],
    ['mem_limit', service.mem_limit, limits.memory, 'limits.memory'],
    ['pids_limit', service.pids_limit, limits.pids, 'limits.pids'],
    ['mem_reservation', service.mem_reservation, reservations.memory, 'reservations.memory'],
  ] as const;
  for (const [attribute, own, deployed, path] of pairs) {
    if (own === undefined || deployed === undefined || own === deployed) continue;
    report(`services.${service.name}: can't set distinct values on '${attribute}' and 'deploy.resources.${path}': invalid compose project`, attribute);
  }
}

function checkDependencies(service: Service, project: Project, report: Report): void {
  for (const [name, { required }] of Object.entries(service.depends_on ?? {})) {
    if (name in project.services || !required) continue;
    const disabled = project.disabledServices[name];
    if (disabled) {
      report(
        `service ${name} is required by ${service.name} but is disabled. Can be enabled by profiles [${(disabled.profiles ?? []).join(' ')}]`,
        'depends_on',
        name,
      );
    } else {
      report(
        `service "${service.name}" depends on undefined service "${name}": invalid compose project${suggestion(name, Object.keys(project.services))}`,
        'depends_on',
        name,
      );
    }
  }
}

function checkFileObjects(project: Project, problems: Problem[]): void {
  for (const [section, objects] of [
    ['secrets', project.secrets],
    ['configs', project.configs],
  ] as const) {
    for (const [name, object] of Object.entries(objects)) {
      const sources = [object.file, object.environment, object.content].filter((source) => source !== undefined);
      const at = get(get(project.source, section), name)?.at ?? project.source.at;
      if (sources.length > 1) problems.push({ at, message: `${section}.${name}: file|environment|content attributes are mutually exclusive` });
      if (sources.length === 0 && object.external !== true && object.driver === undefined) {
        problems.push({ at, message: `${section}.${name}: one of file, environment${section === 'configs' ? ', content' : ''} or external must be set` });
      }
    }
  }
}

/** The services of a circle of dependencies, the first one twice; undefined when there is none. */
function findCircle(services: Project['services']): string[] | undefined {
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): string[] | undefined => {
    const at = path.indexOf(name);
    if (at >= 0) return [...path.slice(at), name];
    if (done.has(name)) return undefined;
    for (const next of Object.keys(services[name]?.depends_on ?? {})) {
      const circle = visit(next, [...path, name]);
      if (circle) return circle;
    }
    done.add(name);
    return undefined;
  };
  for (const name of Object.keys(services)) {
    const circle = visit(name, []);
    if (circle) return circle;
  }
  return undefined;
}

function suggestion(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near === undefined ? '' : `; did you mean "${near}"?`;
}

/** The deepest place that the files have for a path of a service. */
function place(source: MapTree, service: string, path: readonly string[]): Position {
  const services = get(source, 'services');
  const entry = services?.kind === 'map' ? services.entries.get(service) : undefined;
  let at = entry?.at ?? source.at;
  let tree: Tree | undefined = entry?.value;
  for (const name of path) {
    if (tree?.kind === 'list') {
      const item = tree.items.find(
        (one) =>
          (one.kind === 'scalar'
            ? String(one.value)
            : JSON.stringify([...(one.kind === 'map' ? one.entries.values() : [])].map(({ value }) => (value.kind === 'scalar' ? value.value : ''))).includes(
                  JSON.stringify(name),
                )
              ? name
              : '') === name,
      );
      return item?.at ?? at;
    }
    const found: { at: Position; value: Tree } | undefined = tree?.kind === 'map' ? tree.entries.get(name) : undefined;
    if (!found) return at;
    at = found.at;
    tree = found.value;
  }
  return at;
}
