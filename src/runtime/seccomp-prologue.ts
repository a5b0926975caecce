import type { SeccompFilter } from './seccomp.ts';

/**
 * System calls that are younger than the libseccomp of current distributions, by number (the same on every architecture since 424). A
 * library that does not know a name leaves it out of the filter, and the call would fail with EPERM, which programs take for a refusal:
 * they fall back to the old call only after ENOSYS.
 */
const youngCalls: Readonly<Record<string, number>> = {
  cachestat: 451,
  fchmodat2: 452,
  map_shadow_stack: 453,
  futex_wake: 454,
  futex_wait: 455,
  futex_requeue: 456,
  statmount: 457,
  listmount: 458,
  lsm_get_self_attr: 459,
  lsm_set_self_attr: 460,
  lsm_list_modules: 461,
  mseal: 462,
  setxattrat: 463,
  getxattrat: 464,
  listxattrat: 465,
  removexattrat: 466,
};
const youngest = 466;
const x32Bit = 0x40000000;
const audit = { x86_64: 0xc000003e, i386: 0x40000003, aarch64: 0xc00000b7 } as const;

const op = { load: 0x20, equal: 0x15, greater: 0x25, greaterEqual: 0x35, answer: 0x06 } as const;
const verdict = { allow: 0x7fff0000, noSuchCall: 0x00050000 | 38 } as const;
const field = { number: 0, architecture: 4 } as const;

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, value: number];

/**
 * BPF instructions to put before a compiled filter (`struct sock_filter`, 8 bytes each): they allow the young calls that the filter's
 * rules allow, answer ENOSYS to calls that are younger than the profile, and leave everything else to what follows.
 */
export function seccompPrologue(filter: SeccompFilter): Buffer {
  if (filter.defaultAction !== 'SCMP_ACT_ERRNO') return Buffer.alloc(0);
  const allowed = new Set(filter.syscalls.filter((rule) => rule.action === 'SCMP_ACT_ALLOW' && (rule.args ?? []).length === 0).flatMap((rule) => rule.names));
  const numbers = Object.entries(youngCalls).filter(([name]) => allowed.has(name)).map(([, number]) => number); // prettier-ignore
  const decide: Instruction[] = [
    [op.load, 0, 0, field.number],
    ...numbers.flatMap((number): Instruction[] => [[op.equal, 0, 1, number], [op.answer, 0, 0, verdict.allow]]), // prettier-ignore
    [op.greaterEqual, 2, 0, x32Bit],
    [op.greater, 0, 1, youngest],
    [op.answer, 0, 0, verdict.noSuchCall],
  ];
  const skip = decide.length;
  return assemble([
    [op.load, 0, 0, field.architecture],
    [op.equal, 2, 0, audit.x86_64],
    [op.equal, 1, 0, audit.i386],
    [op.equal, 0, skip, audit.aarch64],
    ...decide,
  ]);
}

function assemble(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * 8);
  for (const [index, [code, ifTrue, ifFalse, value]] of program.entries()) {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(ifTrue, index * 8 + 2);
    bytes.writeUInt8(ifFalse, index * 8 + 3);
    bytes.writeUInt32LE(value, index * 8 + 4);
  }
  return bytes;
}
