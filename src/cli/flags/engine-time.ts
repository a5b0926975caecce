import { ExitError } from '../parse/usage-error.ts';
import { parseDuration } from './duration.ts';

/** A --since or --until value as the engine takes it, unix seconds: durations count back from `now`, dates are local unless they say otherwise. */
export function engineTime(text: string, name = '', now: number = Date.now()): string | undefined {
  if (text === '') return undefined;
  const back = backwards(text);
  if (back !== undefined) return seconds(now * 1e6 - back);
  if (/^\d+(\.\d+)?$/.test(text)) return text;
  const date = /^(\d{4}-\d\d-\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d)(\.\d+)?)?)?)?(Z|[+-]\d\d:\d\d)?$/.exec(text);
  const millis = date ? Date.parse(`${date[1]}T${date[2] ?? '00'}:${date[3] ?? '00'}:${date[4] ?? '00'}${date[6] ?? ''}`) : Number.NaN;
  if (Number.isNaN(millis))
    throw new ExitError(1, `${name ? `invalid value for ${JSON.stringify(name)}: ` : ''}failed to parse value as time or duration: ${JSON.stringify(text)}`);
  const fraction = (date?.[5] ?? '.').slice(1).padEnd(9, '0').slice(0, 9);
  return `${Math.floor(millis / 1000)}.${fraction}`;
}

function backwards(text: string): number | undefined {
  try {
    return parseDuration(text);
  } catch {
    // No duration: it may be a date.
    return undefined;
  }
}

function seconds(nanoseconds: number): string {
  const whole = Math.floor(nanoseconds / 1e9);
  return `${whole}.${String(Math.round(nanoseconds - whole * 1e9)).padStart(9, '0')}`;
}
