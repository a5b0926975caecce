import { readdirSync, readFileSync } from 'node:fs';
import { cpus, hostname, machine, release, totalmem } from 'node:os';
import type { SystemInfo } from '../api/index.ts';
import type { EngineContext } from './context.ts';
import { engineVersion } from './engine-version.ts';
import { nowText } from './now.ts';

/** The answer of `GET /info`. */
export function systemInfo(engine: EngineContext): SystemInfo {
  const { runtime, settings, hostDefaults, events } = engine;
  const runtimes = Object.fromEntries(Object.entries(runtime.runtimes).map(([name, { path }]) => [name, { path }]));
  return {
    ID: settings.id,
    ...counts(engine),
    Driver: 'overlay2',
    DriverStatus: [
      ['Backing Filesystem', settings.backingFilesystem],
      ['Supports d_type', 'true'],
      ['Using metacopy', 'false'],
      ['Native Overlay Diff', 'true'],
      ['userxattr', 'false'],
    ],
    Plugins: { Volume: ['local'], Network: ['bridge', 'host', 'ipvlan', 'macvlan', 'null'], Authorization: null, Log: ['json-file', 'local', 'none'] },
    ...kernelFeatures(hostDefaults.cgroupVersion),
    Debug: false,
    NFd: readdirSync('/proc/self/fd').length,
    NGoroutines: process.getActiveResourcesInfo().length,
    SystemTime: nowText(),
    LoggingDriver: settings.logDriver,
    CgroupDriver: 'cgroupfs',
    CgroupVersion: String(hostDefaults.cgroupVersion),
    NEventsListener: events.subscriberCount,
    KernelVersion: release(),
    ...operatingSystem(),
    OSType: 'linux',
    Architecture: machine(),
    IndexServerAddress: 'https://index.docker.io/v1/',
    RegistryConfig: settings.registryConfig,
    NCPU: cpus().length,
    MemTotal: totalmem(),
    GenericResources: null,
    DockerRootDir: settings.dataRoot,
    HttpProxy: proxy('HTTP_PROXY'),
    HttpsProxy: proxy('HTTPS_PROXY'),
    NoProxy: proxy('NO_PROXY'),
    Name: hostname(),
    Labels: [],
    ExperimentalBuild: false,
    ServerVersion: engineVersion().version,
    Runtimes: { ...runtimes, runc: runtimes['runc'] ?? { path: runtimes[runtime.name]?.path ?? runtime.name } },
    DefaultRuntime: hostDefaults.runtime,
    Swarm: { NodeID: '', NodeAddr: '', LocalNodeState: 'inactive', ControlAvailable: false, Error: '', RemoteManagers: null },
    LiveRestoreEnabled: true,
    Isolation: '',
    InitBinary: 'docker-init',
    ContainerdCommit: { ID: '' },
    RuncCommit: { ID: runtime.commit },
    InitCommit: { ID: '' },
    SecurityOptions: securityOptions(hostDefaults.cgroupVersion),
    DefaultAddressPools: settings.addressPools.map(({ base, size }) => ({ Base: base, Size: size })),
    FirewallBackend: { Driver: 'nftables', Info: [['Table', settings.nftTable]] },
    CDISpecDirs: [],
    Warnings: null,
  };
}

function counts({
  containers,
  images,
}: EngineContext): Pick<SystemInfo, 'Containers' | 'ContainersRunning' | 'ContainersPaused' | 'ContainersStopped' | 'Images'> {
  const all = containers.all();
  const paused = all.filter(({ state }) => state.status === 'paused').length;
  const running = all.filter(({ isRunning }) => isRunning).length - paused;
  return {
    Containers: all.length,
    ContainersRunning: running,
    ContainersPaused: paused,
    ContainersStopped: all.length - running - paused,
    Images: images.list({ all: true }).length,
  };
}

function kernelFeatures(
  cgroupVersion: 1 | 2,
): Pick<
  SystemInfo,
  'MemoryLimit' | 'SwapLimit' | 'CpuCfsPeriod' | 'CpuCfsQuota' | 'CPUShares' | 'CPUSet' | 'PidsLimit' | 'IPv4Forwarding' | 'OomKillDisable' | 'KernelMemoryTCP'
> {
  const enabled = cgroupControllers();
  return {
    MemoryLimit: enabled.has('memory'),
    ...(cgroupVersion === 1 ? { KernelMemoryTCP: enabled.has('memory') } : {}),
    SwapLimit: enabled.has('memory'),
    CpuCfsPeriod: enabled.has('cpu'),
    CpuCfsQuota: enabled.has('cpu'),
    CPUShares: enabled.has('cpu'),
    CPUSet: enabled.has('cpuset'),
    PidsLimit: enabled.has('pids'),
    IPv4Forwarding: readText('/proc/sys/net/ipv4/ip_forward') !== '0',
    OomKillDisable: cgroupVersion === 1 && enabled.has('memory'),
  };
}

/** Names of the controllers that the kernel has switched on. */
function cgroupControllers(): Set<string> {
  const lines = readText('/proc/cgroups')
    .split('\n')
    .filter((line) => !line.startsWith('#'));
  return new Set(
    lines
      .map((line) => line.split('\t'))
      .filter((fields) => fields[3] === '1')
      .map(([name = '']) => name),
  );
}

function operatingSystem(): Pick<SystemInfo, 'OperatingSystem' | 'OSVersion'> {
  const text = readText('/etc/os-release');
  const value = (name: string): string => new RegExp(`^${name}="?([^"\n]*)"?$`, 'm').exec(text)?.[1] ?? '';
  return { OperatingSystem: value('PRETTY_NAME') || 'Linux', OSVersion: value('VERSION_ID') };
}

function securityOptions(cgroupVersion: 1 | 2): string[] {
  const apparmor = readText('/sys/module/apparmor/parameters/enabled') === 'Y' ? ['name=apparmor'] : [];
  return [...apparmor, 'name=seccomp,profile=builtin', ...(cgroupVersion === 2 ? ['name=cgroupns'] : [])];
}

function proxy(name: string): string {
  return process.env[name] ?? process.env[name.toLowerCase()] ?? '';
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
