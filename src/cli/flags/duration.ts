const UNITS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, μs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

/** Nanoseconds of a Go duration: "1h30m", "250ms", "1.5s", "0". Throws with Go's words otherwise. */
export function parseDuration(text: string): number {
  const quoted = JSON.stringify(text);
  const [, sign, body] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (!body) throw new Error(`time: invalid duration ${quoted}`);
  if (body === '0') return 0;
  let total = 0;
  for (let rest = body; rest !== '';) {
    const match = /^(\d+\.?\d*|\.\d+)([^\d.]*)/.exec(rest);
    if (!match) throw new Error(`time: invalid duration ${quoted}`);
    const unit = match[2] ?? '';
    if (unit === '') throw new Error(`time: missing unit in duration ${quoted}`);
    const size = UNITS[unit];
    if (size === undefined) throw new Error(`time: unknown unit ${JSON.stringify(unit)} in duration ${quoted}`);
    total += Number(match[1]) * size;
    rest = rest.slice(match[0].length);
  }
  return Math.round(sign === '-' ? -total : total);
}
