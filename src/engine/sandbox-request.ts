import type { SandboxRequest } from '../network/index.ts';
import type { EngineContext } from './context.ts';
import type { ContainerRecord } from './record.ts';

/** What the network room is told of a container that is created or starts. */
export function sandboxRequest(engine: Pick<EngineContext, 'containers'>, record: ContainerRecord): SandboxRequest {
  const { config, hostConfig } = record;
  const netSysctls = Object.entries(hostConfig.Sysctls ?? {}).filter(([name]) => name.startsWith('net.'));
  return {
    containerId: record.id,
    containerName: record.name,
    hostname: config.Hostname,
    domainname: config.Domainname,
    mode: config.NetworkDisabled === true ? 'none' : hostConfig.NetworkMode,
    endpoints: structuredClone(record.endpoints) as NonNullable<SandboxRequest['endpoints']>,
    exposedPorts: config.ExposedPorts ?? null,
    portBindings: structuredClone(hostConfig.PortBindings) as NonNullable<SandboxRequest['portBindings']>,
    publishAllPorts: hostConfig.PublishAllPorts,
    dns: [...hostConfig.Dns],
    dnsOptions: [...hostConfig.DnsOptions],
    dnsSearch: [...hostConfig.DnsSearch],
    extraHosts: hostConfig.ExtraHosts ? [...hostConfig.ExtraHosts] : null,
    links: linkNames(engine, hostConfig.Links ?? []),
    sysctls: Object.fromEntries(netSysctls),
    ...(config.MacAddress === undefined ? {} : { macAddress: config.MacAddress }),
  };
}

/** "id:alias" and "name" become "name:alias", as the network room knows containers by their present names. */
function linkNames({ containers }: Pick<EngineContext, 'containers'>, links: readonly string[]): string[] {
  return links.map((link) => {
    const [reference = '', alias = reference] = link.split(':');
    return `${containers.find(reference)?.name ?? reference.replace(/^\//, '')}:${alias.split('/').at(-1)}`;
  });
}
