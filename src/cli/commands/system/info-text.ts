import type { SystemInfo } from '../../../api/index.ts';
import { bytesSize } from '../../format/units.ts';

/** The server part of `info`, and warnings for stderr. */
export function serverInfoText(info: SystemInfo): { text: string; warnings: readonly string[] } {
  const lines = [
    ` Containers: ${info.Containers}`,
    `  Running: ${info.ContainersRunning}`,
    `  Paused: ${info.ContainersPaused}`,
    `  Stopped: ${info.ContainersStopped}`,
    ` Images: ${info.Images}`,
    ...optional(' Server Version', info.ServerVersion),
    ` Storage Driver: ${info.Driver}`,
    ...(info.DriverStatus ?? []).map(([name, value]) => `  ${name}: ${value}`),
    ` Logging Driver: ${info.LoggingDriver}`,
    ` Cgroup Driver: ${info.CgroupDriver}`,
    ` Cgroup Version: ${info.CgroupVersion}`,
    ' Plugins:',
    `  Volume: ${(info.Plugins.Volume ?? []).join(' ')}`,
    `  Network: ${(info.Plugins.Network ?? []).join(' ')}`,
    ...((info.Plugins.Authorization ?? []).length > 0 ? [`  Authorization: ${(info.Plugins.Authorization ?? []).join(' ')}`] : []),
    `  Log: ${(info.Plugins.Log ?? []).join(' ')}`,
    ...list(' CDI spec directories', info.CDISpecDirs, '  '),
    ` Swarm: ${info.Swarm?.LocalNodeState ?? 'inactive'}`,
    ` Runtimes: ${Object.keys(info.Runtimes ?? {})
      .toSorted()
      .join(' ')}`,
    ` Default Runtime: ${info.DefaultRuntime}`,
    ` Init Binary: ${info.InitBinary}`,
    ` containerd version: ${info.ContainerdCommit?.ID ?? ''}`,
    ` runc version: ${info.RuncCommit?.ID ?? ''}`,
    ` init version: ${info.InitCommit?.ID ?? ''}`,
    ...securityLines(info.SecurityOptions ?? []),
    ` Kernel Version: ${info.KernelVersion}`,
    ` Operating System: ${info.OperatingSystem}`,
    ` OSType: ${info.OSType}`,
    ` Architecture: ${info.Architecture}`,
    ` CPUs: ${info.NCPU}`,
    ` Total Memory: ${bytesSize(info.MemTotal)}`,
    ` Name: ${info.Name}`,
    ` ID: ${info.ID}`,
    ` Docker Root Dir: ${info.DockerRootDir}`,
    ` Debug Mode: ${info.Debug}`,
    ...optional(' HTTP Proxy', info.HttpProxy),
    ...optional(' HTTPS Proxy', info.HttpsProxy),
    ...optional(' No Proxy', info.NoProxy),
    ...list(' Labels', info.Labels, '  '),
    ` Experimental: ${info.ExperimentalBuild}`,
    ...registryLines(info),
    ` Live Restore Enabled: ${info.LiveRestoreEnabled}`,
    ...list(
      ' Default Address Pools',
      info.DefaultAddressPools?.map(({ Base, Size }) => `Base: ${Base}, Size: ${Size}`),
      '   ',
    ),
    ...(info.FirewallBackend?.Driver && info.FirewallBackend.Driver !== 'iptables' ? [` Firewall Backend: ${info.FirewallBackend.Driver}`] : []),
    '',
  ];
  return { text: lines.join('\n'), warnings: info.Warnings ?? [] };
}

function optional(name: string, value: string | undefined): string[] {
  return value ? [`${name}: ${value}`] : [];
}

function list(title: string, values: readonly string[] | null | undefined, indent: string): string[] {
  return values && values.length > 0 ? [`${title}:`, ...values.map((value) => `${indent}${value}`)] : [];
}

function securityLines(options: readonly string[]): string[] {
  const lines = options.flatMap((option) => {
    const fields = option.split(',').map((field) => field.split('='));
    const name = fields.find(([key]) => key === 'name')?.[1] ?? option;
    return [
      `  ${name}`,
      ...fields.filter(([key]) => key !== 'name').map(([key = '', value = '']) => `   ${key.charAt(0).toUpperCase()}${key.slice(1)}: ${value}`),
    ];
  });
  return lines.length > 0 ? [' Security Options:', ...lines] : [];
}

function registryLines({ RegistryConfig: config }: SystemInfo): string[] {
  if (!config) return [];
  const insecure = [
    ...Object.values(config.IndexConfigs ?? {})
      .filter(({ Secure }) => !Secure)
      .map(({ Name }) => Name),
    ...(config.InsecureRegistryCIDRs ?? []),
  ];
  return [...list(' Insecure Registries', insecure, '  '), ...list(' Registry Mirrors', config.Mirrors, '  ')];
}
