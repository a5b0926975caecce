/** This moment as Docker writes it: RFC 3339 in UTC with nanoseconds, "2026-11-29T04:38:35.680992448Z". */
export function nowText(): string {
  const nanoseconds = BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e6));
  return timeText(nanoseconds);
}

/** Nanoseconds since 1970 as Docker writes them. */
export function timeText(nanoseconds: bigint): string {
  const seconds = new Date(Number(nanoseconds / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${(nanoseconds % 1_000_000_000n).toString().padStart(9, '0')}Z`;
}
