import { existsSync, readdirSync } from 'node:fs';
import { cgroupHost } from '../linux/index.ts';
import { containerCapabilities } from './capabilities.ts';
import { containerDevices } from './devices.ts';
import { initPath } from './init.ts';
import { runtimeResources } from './resources.ts';
import { customSeccomp, defaultSeccomp } from './seccomp.ts';
import { securityOptions } from './security-options.ts';
import type { SpecHostConfig, SpecInput } from './spec-input.ts';
import { specMounts } from './spec-mounts.ts';
import { specNamespaces } from './spec-namespaces.ts';
import type { ProcessSpec, RuntimeSpec } from './types.ts';

/** The thermal counters of this host's processors, which tell what others do (GHSA-6fw5-f8r9-fgfm). */
export function thermalCounters(processors = '/sys/devices/system/cpu'): string[] {
  if (!existsSync(processors)) return [];
  const names = readdirSync(processors).filter((name) => /^cpu\d+$/.test(name));
  return names.map((name) => `${processors}/${name}/thermal_throttle`).filter((path) => existsSync(path));
}

/** Kernel interfaces that a container must not see; Docker's list. */
export const maskedPaths: readonly string[] = [
  '/proc/asound',
  '/proc/acpi',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/sys/firmware',
  '/sys/devices/virtual/powercap',
  ...thermalCounters(),
];

/** Kernel interfaces that a container may read but not change; Docker's list. */
export const readonlyPaths: readonly string[] = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

const defaultPath = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Docker's view of a container → the OCI runtime specification that crun and runc obey. */
export function runtimeSpec(input: SpecInput): RuntimeSpec {
  const host = input.hostConfig;
  const security = securityOptions(host.SecurityOpt ?? []);
  const capabilities = containerCapabilities({ add: host.CapAdd ?? [], drop: host.CapDrop ?? [], privileged: host.Privileged === true });
  const devices = containerDevices(host);
  const unmasked = host.Privileged === true || security.unmaskPaths;
  const seccomp = specSeccomp(host, security.seccomp, capabilities);
  return {
    ociVersion: '1.0.2',
    process: specProcess(input, capabilities, security),
    root: { path: input.rootfs, readonly: host.ReadonlyRootfs === true },
    ...(host.UTSMode === 'host' ? {} : { hostname: input.hostname }),
    ...(input.domainname === undefined || input.domainname === '' ? {} : { domainname: input.domainname }),
    mounts: specMounts(input),
    linux: {
      cgroupsPath: `${cgroupParent(host)}/${input.id}`,
      namespaces: specNamespaces(input),
      sysctl: specSysctls(input),
      devices: devices.nodes,
      resources: { ...runtimeResources(host), devices: devices.rules },
      ...(seccomp === undefined ? {} : { seccomp }),
      ...(unmasked ? {} : { maskedPaths: host.MaskedPaths ?? maskedPaths, readonlyPaths: host.ReadonlyPaths ?? readonlyPaths }),
    },
  };
}

function cgroupParent(host: SpecHostConfig): string {
  const parent = host.CgroupParent;
  if (parent === undefined || parent === '') return '/slipway';
  return parent.startsWith('/') ? parent : `/${parent}`;
}

function specProcess(input: SpecInput, capabilities: readonly string[], security: { noNewPrivileges: boolean; apparmor: string | undefined }): ProcessSpec {
  const host = input.hostConfig;
  const { uid, gid, additionalGids } = input.user;
  return {
    terminal: input.terminal,
    user: { uid, gid, additionalGids: [...additionalGids] },
    args: host.Init === true ? [initPath, '--', ...input.args] : [...input.args],
    env: processEnv(input.env, { hostname: input.hostname, terminal: input.terminal, home: input.user.home }),
    cwd: input.workingDir === '' ? '/' : input.workingDir,
    capabilities: processCapabilities(capabilities),
    noNewPrivileges: security.noNewPrivileges,
    rlimits: (host.Ulimits ?? []).map(({ Name = '', Soft = 0, Hard = 0 }) => ({ type: `RLIMIT_${Name.toUpperCase()}`, soft: limit(Soft), hard: limit(Hard) })),
    ...apparmor(security.apparmor),
    oomScoreAdj: host.OomScoreAdj ?? 0,
  };
}

/** -1 is "unlimited" on Docker's side, RLIM_INFINITY on the kernel's. JavaScript cannot hold that number exactly: see `formatSpec`. */
function limit(value: number): number {
  return value < 0 ? rlimitInfinity : value;
}

/** 2^64 - 1 rounded to a double; `formatSpec` writes it as the kernel wants it. */
export const rlimitInfinity = 2 ** 64;

/** The document as text for config.json. */
export function formatSpec(spec: unknown): string {
  return JSON.stringify(spec).replaceAll(':18446744073709552000', ':18446744073709551615');
}

/** The three sets of `process.capabilities`; inheritable and ambient ones stay empty (CVE-2022-24769). */
export function processCapabilities(capabilities: readonly string[]): Record<string, string[]> {
  return { bounding: [...capabilities], effective: [...capabilities], permitted: [...capabilities] };
}

/** A host without AppArmor ignores the option, as Docker does there. */
export function apparmor(profile: string | undefined): { apparmorProfile?: string } {
  return profile === undefined || profile === 'unconfined' || !hostHasAppArmor() ? {} : { apparmorProfile: profile };
}

function hostHasAppArmor(): boolean {
  return existsSync('/sys/kernel/security/apparmor/profiles');
}

/** The environment a process finds: what was asked for, and PATH, HOSTNAME, TERM and HOME where nobody said anything. */
export function processEnv(env: readonly string[], facts: { hostname: string; terminal: boolean; home?: string | undefined }): string[] {
  const has = (name: string): boolean => env.some((entry) => entry.startsWith(`${name}=`));
  return [
    ...(has('PATH') ? [] : [defaultPath]),
    ...(has('HOSTNAME') ? [] : [`HOSTNAME=${facts.hostname}`]),
    ...(facts.terminal && !has('TERM') ? ['TERM=xterm'] : []),
    ...env.filter((entry) => entry.includes('=')),
    ...(has('HOME') || facts.home === undefined ? [] : [`HOME=${facts.home}`]),
  ];
}

function specSeccomp(host: SpecHostConfig, asked: string | undefined, capabilities: readonly string[]): object | undefined {
  if (asked === 'unconfined') return undefined;
  if (asked !== undefined) return customSeccomp(asked, capabilities);
  return host.Privileged === true ? undefined : defaultSeccomp(capabilities);
}

/** In a network of its own a container may bind low ports and ping without privileges, as with Docker. */
function specSysctls(input: SpecInput): Record<string, string> {
  const host = input.hostConfig;
  const ownNetwork = input.netns !== undefined && host.NetworkMode !== 'host';
  const shared = host.NetworkMode?.startsWith('container:') === true;
  const defaults =
    ownNetwork && !shared && host.Privileged !== true ? { 'net.ipv4.ip_unprivileged_port_start': '0', 'net.ipv4.ping_group_range': '0 2147483647' } : {};
  return { ...defaults, ...host.Sysctls };
}

/** Docker's default for the cgroup namespace: private on v2, the host's on v1. */
export function defaultCgroupnsMode(): 'private' | 'host' {
  return cgroupHost().version === 2 ? 'private' : 'host';
}
