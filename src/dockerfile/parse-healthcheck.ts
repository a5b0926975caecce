import { parseError } from './dockerfile-error.ts';
import { parseDuration } from './duration.ts';
import { FlagValues } from './flags.ts';
import { jsonStrings } from './arguments.ts';
import type { HealthcheckInstruction, RawInstruction } from './types.ts';

const MINIMUM_NANOSECONDS = 1_000_000;

/** HEALTHCHECK NONE, or HEALTHCHECK [--interval --timeout --start-period --start-interval --retries] CMD … */
export function parseHealthcheck(raw: RawInstruction): HealthcheckInstruction {
  const flags = new FlagValues(raw.flags, { interval: 'text', timeout: 'text', 'start-period': 'text', 'start-interval': 'text', retries: 'text' }, raw.range);
  if (raw.rest === '') throw parseError('HEALTHCHECK requires at least one argument', raw.range);
  const [, word = '', command = ''] = /^(\S+)\s*([\s\S]*)$/.exec(raw.rest) ?? [];
  const type = word.toUpperCase();
  return {
    kind: 'healthcheck',
    raw,
    test: type === 'NONE' ? noTest(raw, command) : commandTest(raw, type, command),
    interval: duration(flags, 'interval', raw),
    timeout: duration(flags, 'timeout', raw),
    startPeriod: duration(flags, 'start-period', raw),
    startInterval: duration(flags, 'start-interval', raw),
    retries: retriesOf(flags, raw),
  };
}

function noTest(raw: RawInstruction, rest: string): string[] {
  if (rest !== '') throw parseError('HEALTHCHECK NONE takes no arguments', raw.range);
  return ['NONE'];
}

function commandTest(raw: RawInstruction, type: string, command: string): string[] {
  if (type !== 'CMD') throw parseError(`Unknown type "${type}" in HEALTHCHECK (try CMD)`, raw.range);
  const args = jsonStrings({ ...raw, rest: command });
  if (args ? args.length === 0 : command === '') throw parseError('Missing command after HEALTHCHECK CMD', raw.range);
  return args ? ['CMD', ...args] : ['CMD-SHELL', command];
}

function duration(flags: FlagValues, name: string, raw: RawInstruction): number {
  const text = flags.text(name);
  if (text === undefined) return 0;
  const nanoseconds = parseDuration(text);
  if (typeof nanoseconds === 'string') throw parseError(nanoseconds, raw.range);
  if (nanoseconds !== 0 && nanoseconds < MINIMUM_NANOSECONDS) throw parseError(`Interval "${name}" cannot be less than 1ms`, raw.range);
  return nanoseconds;
}

function retriesOf(flags: FlagValues, raw: RawInstruction): number {
  const text = flags.text('retries');
  if (text === undefined) return 0;
  if (!/^[+-]?\d+$/.test(text)) throw parseError(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`, raw.range);
  const retries = Number(text);
  if (retries < 0) throw parseError(`--retries cannot be negative (${retries})`, raw.range);
  return retries;
}
