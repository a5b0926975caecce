import { readFileSync } from 'node:fs';
import { EngineError } from '../base/index.ts';

/** By number, as linux/capability.h orders them. */
const names =
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'
    .split(' ')
    .map((name) => `CAP_${name}`);

/** What a container has when nobody asks for more or less; Docker's list, in Docker's order. */
export const defaultCapabilities: readonly string[] =
  'CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE'
    .split(' ')
    .map((name) => `CAP_${name}`);

/** The capabilities that this process can give away: those of its bounding set. */
export function hostCapabilities(status: string = readFileSync('/proc/self/status', 'utf8')): string[] {
  const bounding = BigInt(`0x${/^CapBnd:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  return names.filter((_, number) => (bounding >> BigInt(number)) & 1n);
}

/**
 * The capabilities of a container, from Docker's CapAdd and CapDrop ("NET_ADMIN", "cap_net_admin", "ALL").
 * INVALID_ARGUMENT for an unknown name, with Docker's text.
 */
export function containerCapabilities(
  options: { add?: readonly string[]; drop?: readonly string[]; privileged?: boolean },
  host: readonly string[] = hostCapabilities(),
): string[] {
  const add = normalise('CapAdd', options.add ?? []);
  const drop = normalise('CapDrop', options.drop ?? []);
  if (options.privileged === true) return [...host];
  if (add.includes('ALL')) return host.filter((name) => !drop.includes(name));
  const kept = drop.includes('ALL') ? [] : defaultCapabilities.filter((name) => !drop.includes(name));
  return [...new Set([...kept, ...add])];
}

function normalise(field: string, given: readonly string[]): string[] {
  return given.map((word) => {
    const upper = word.toUpperCase();
    if (upper === 'ALL') return upper;
    const name = upper.startsWith('CAP_') ? upper : `CAP_${upper}`;
    if (!names.includes(name)) throw new EngineError('INVALID_ARGUMENT', `invalid ${field}: unknown capability: ${JSON.stringify(name)}`);
    return name;
  });
}
