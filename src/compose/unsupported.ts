import { EngineError } from '../base/index.ts';
import type { Project, Service } from '../compose-file/index.ts';

/** Attributes that only Swarm, Windows or other programs can honour: told by name, so that nobody relies on them. Throws for those without which a service makes no sense. */
export function checkSupported(project: Project): string[] {
  for (const service of Object.values(project.services)) refuse(service);
  return Object.values(project.services).flatMap((service) => ignored(service).map((attribute) => `service "${service.name}": ${attribute}`));
}

function refuse({ name, provider, models, credential_spec: spec, isolation }: Service): void {
  const no = (attribute: string, why: string): never => {
    throw new EngineError('NOT_IMPLEMENTED', `service "${name}": unsupported attribute "${attribute}": ${why}`);
  };
  if (provider) no('provider', `services of provider "${provider.type}" need a program of that provider; declare the service outside of Compose`);
  if (models && Object.keys(models).length) no('models', 'there is no model runner; run the model in a service of its own');
  if (spec !== undefined) no('credential_spec', 'only Windows containers have it');
  if (isolation !== undefined && isolation !== 'default') no('isolation', 'only Windows containers have it');
}

function ignored(service: Service): string[] {
  const { deploy } = service;
  const found: (string | false | undefined)[] = [
    deploy?.placement !== undefined && '"deploy.placement" is only for Swarm and ignored',
    deploy?.endpoint_mode !== undefined && '"deploy.endpoint_mode" is only for Swarm and ignored',
    deploy?.rollback_config !== undefined && '"deploy.rollback_config" is only for Swarm and ignored',
    deploy?.mode?.endsWith('-job') === true && `"deploy.mode: ${deploy.mode}" is only for Swarm; the service runs as "replicated"`,
    deploy?.resources?.reservations?.cpus !== undefined && '"deploy.resources.reservations.cpus" is only for Swarm and ignored',
    deploy?.resources?.reservations?.generic_resources !== undefined && '"deploy.resources.reservations.generic_resources" is only for Swarm and ignored',
    (service.cpu_count !== undefined || service.cpu_percent !== undefined) && '"cpu_count" and "cpu_percent" are only for Windows and ignored',
  ];
  return found.filter((text): text is string => typeof text === 'string');
}
