import { EngineError } from '../base/index.ts';

const unitsMs: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A moment as filter values give it: "10m" or "1h30m" ago, Unix seconds, or RFC 3339. Milliseconds since 1970. Throws INVALID_ARGUMENT. */
export function parseUntil(text: string, nowMs: number): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  if (/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(text)) {
    const ago = [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)].reduce(
      (sum, [, amount, unit]) => sum + Number(amount) * (unitsMs[unit ?? ''] ?? 0),
      0,
    );
    return nowMs - ago;
  }
  const moment = Date.parse(text);
  if (Number.isNaN(moment)) throw new EngineError('INVALID_ARGUMENT', `failed to parse value as time or duration: "${text}"`);
  return moment;
}
