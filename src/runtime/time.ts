/** RFC 3339 with nine digits, UTC: "2026-11-29T04:51:07.123456789Z". */
export function formatNanos(nanoseconds: bigint): string {
  const seconds = new Date(Number(nanoseconds / 1_000_000n)).toISOString().slice(0, 19);
  return `${seconds}.${(nanoseconds % 1_000_000_000n).toString().padStart(9, '0')}Z`;
}

/** The instant of an RFC 3339 text with any number of fractional digits, in nanoseconds since the epoch. */
export function parseNanos(text: string): bigint {
  const match = /^(.*?)(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:\d\d)$/.exec(text);
  if (match === null) return 0n;
  const seconds = Date.parse(`${match[1]}${match[3]}`);
  return BigInt(seconds) * 1_000_000n + BigInt((match[2] ?? '').padEnd(9, '0'));
}
