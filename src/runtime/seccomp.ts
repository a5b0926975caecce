import { EngineError } from '../base/index.ts';
import { defaultRules } from './seccomp-default.ts';

/** `linux.seccomp` of the OCI runtime specification. */
export interface SeccompFilter {
  readonly defaultAction: string;
  readonly defaultErrnoRet?: number;
  readonly architectures?: readonly string[];
  readonly flags?: readonly string[];
  readonly syscalls: readonly SeccompSyscall[];
}

export interface SeccompSyscall {
  readonly names: readonly string[];
  readonly action: string;
  readonly errnoRet?: number;
  readonly args?: readonly { readonly index: number; readonly value: number; readonly valueTwo?: number; readonly op: string }[];
}

const architectures: Readonly<Record<string, readonly string[]>> = {
  x64: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'],
  arm64: ['SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM'],
};

/** Docker's default filter for a process with these capabilities. */
export function defaultSeccomp(capabilities: readonly string[], arch: string = process.arch): SeccompFilter {
  const applies = (rule: { capability?: string; without?: string }): boolean =>
    (rule.capability === undefined || capabilities.includes(rule.capability)) && (rule.without === undefined || !capabilities.includes(rule.without));
  const syscalls = defaultRules
    .filter(applies)
    .map((rule) => plainRule({ ...rule, names: rule.names.trim().split(/\s+/), action: rule.action ?? 'SCMP_ACT_ALLOW' }));
  return { defaultAction: 'SCMP_ACT_ERRNO', defaultErrnoRet: 1, architectures: architectures[arch] ?? [], syscalls };
}

/** A rule of Docker's profile format, which is OCI's with conditions. */
interface ProfileSyscall extends SeccompSyscall {
  readonly name?: string;
  readonly includes?: ProfileCondition;
  readonly excludes?: ProfileCondition;
}

interface ProfileCondition {
  readonly caps?: readonly string[];
  readonly arches?: readonly string[];
  readonly minKernel?: string;
}

interface Profile extends Omit<SeccompFilter, 'syscalls'> {
  readonly archMap?: readonly { readonly architecture: string; readonly subArchitectures?: readonly string[] | null }[];
  readonly syscalls?: readonly ProfileSyscall[] | null;
}

const goArch: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };
const nativeArch: Readonly<Record<string, string>> = { x64: 'SCMP_ARCH_X86_64', arm64: 'SCMP_ARCH_AARCH64' };

/** A user's profile (the JSON text that Docker's clients send in `seccomp=…`), for a process with these capabilities. */
export function customSeccomp(text: string, capabilities: readonly string[]): SeccompFilter {
  const profile = parseProfile(text);
  const { archMap, syscalls, ...head } = profile;
  const mapped = archMap?.find((entry) => entry.architecture === nativeArch[process.arch]);
  const chosen = (syscalls ?? []).filter((rule) => holds(rule.includes, capabilities, true) && holds(rule.excludes, capabilities, false));
  return {
    ...head,
    ...(mapped === undefined ? {} : { architectures: [mapped.architecture, ...(mapped.subArchitectures ?? [])] }),
    syscalls: chosen.map(plainRule),
  };
}

function plainRule(rule: ProfileSyscall): SeccompSyscall {
  return {
    names: rule.name === undefined || rule.name === '' ? rule.names : [rule.name],
    action: rule.action,
    ...(rule.errnoRet === undefined ? {} : { errnoRet: rule.errnoRet }),
    ...(rule.args === undefined || rule.args === null ? {} : { args: rule.args }),
  };
}

function holds(condition: ProfileCondition | undefined, capabilities: readonly string[], including: boolean): boolean {
  const archHit = condition?.arches?.includes(goArch[process.arch] ?? '');
  if (including) return archHit !== false && (condition?.caps ?? []).every((name) => capabilities.includes(name));
  return archHit !== true && !(condition?.caps ?? []).some((name) => capabilities.includes(name));
}

function parseProfile(text: string): Profile {
  try {
    const profile: unknown = JSON.parse(text);
    if (typeof profile === 'object' && profile !== null && 'defaultAction' in profile && typeof profile.defaultAction === 'string') return profile as Profile;
  } catch (error) {
    throw new EngineError('INVALID_ARGUMENT', `decoding seccomp profile failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  throw new EngineError('INVALID_ARGUMENT', 'decoding seccomp profile failed: "defaultAction" is missing');
}
