import { EngineError } from './error.ts';

const unitsMs: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * A moment as filters and flags name it, in milliseconds since 1970: a Go duration before `now` ("24h", "1h30m"),
 * seconds since 1970 with an optional fraction ("1700000000.5"), or a date ("2026-01-02", "2026-01-02T15:04:05Z"),
 * local time when it names no zone. Throws INVALID_ARGUMENT.
 */
export function parseMoment(text: string, now: number): number {
  const duration = parseGoDuration(text);
  if (duration !== undefined) return now - duration;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  if (/^\d{4}-\d{2}-\d{2}/.test(text)) {
    const moment = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00` : text);
    if (!Number.isNaN(moment)) return moment;
  }
  throw new EngineError('INVALID_ARGUMENT', `failed to parse value as time or duration: ${JSON.stringify(text)}`);
}

/** Milliseconds of "1h30m" or "-1.5s", as Go writes durations; undefined for anything else. */
export function parseGoDuration(text: string): number | undefined {
  const match = /^([+-]?)((?:\d+(?:\.\d*)?(?:ns|us|µs|ms|s|m|h))+)$/.exec(text);
  if (!match?.[2]) return undefined;
  let total = 0;
  for (const [, value, unit] of match[2].matchAll(/(\d+(?:\.\d*)?)(ns|us|µs|ms|s|m|h)/g)) total += Number(value) * (unitsMs[unit ?? ''] ?? 0);
  return match[1] === '-' ? -total : total;
}
