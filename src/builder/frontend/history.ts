import type { HealthcheckInstruction, KeyValue } from '../../dockerfile/index.ts';

/** Comment of every history line that a build writes; tools look for it. */
export const HISTORY_COMMENT = 'buildkit.dockerfile.v0';

/** A Go string as %q prints it. */
export function goQuote(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\u00a0]/g, (char) => `\\x${char.charCodeAt(0).toString(16)}`);
}

/** `["a" "b"]`, a list as Go's %q prints it. */
export function goQuotedList(words: readonly string[]): string {
  return `[${words.map(goQuote).join(' ')}]`;
}

/** `X=1 Y=q w` */
export function pairsText(pairs: readonly KeyValue[]): string {
  return pairs.map(({ key, value }) => `${key}=${value}`).join(' ');
}

/** `RUN |1 VERSION=2 /bin/sh -c make`: arguments that the step saw come before the command. */
export function runText(args: ReadonlyMap<string, string | undefined>, valueOf: (name: string) => string | undefined, command: readonly string[]): string {
  const seen = [...args].map(([name, value]) => `${name}=${valueOf(name) ?? value ?? ''}`);
  return ['RUN', ...(seen.length > 0 ? [`|${seen.length}`, ...seen] : []), ...command].join(' ');
}

/** `HEALTHCHECK &{["CMD" "x"] "5s" "0s" "0s" "0s" '\x03'}`, the record as Go prints it. */
export function healthcheckText(check: HealthcheckInstruction): string {
  const times = [check.interval, check.timeout, check.startPeriod, check.startInterval].map((time) => goQuote(formatDuration(time))).join(' ');
  return `HEALTHCHECK &{${goQuotedList(check.test)} ${times} ${goQuoteRune(check.retries)}}`;
}

function goQuoteRune(code: number): string {
  if (code >= 0x20 && code < 0x7f) return `'${code === 0x27 || code === 0x5c ? '\\' : ''}${String.fromCharCode(code)}'`;
  const named: Readonly<Record<number, string>> = { 7: '\\a', 8: '\\b', 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r' };
  return `'${named[code] ?? (code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : String.fromCodePoint(code))}'`;
}

/** A duration as Go prints it: "1m30s", "1.5s", "100ms". */
export function formatDuration(nanoseconds: number): string {
  if (nanoseconds === 0) return '0s';
  if (nanoseconds < 1e3) return `${nanoseconds}ns`;
  if (nanoseconds < 1e6) return `${nanoseconds / 1e3}µs`;
  if (nanoseconds < 1e9) return `${nanoseconds / 1e6}ms`;
  const hours = Math.floor(nanoseconds / 3600e9);
  const minutes = Math.floor((nanoseconds % 3600e9) / 60e9);
  const seconds = (nanoseconds % 60e9) / 1e9;
  return `${hours > 0 ? `${hours}h` : ''}${hours > 0 || minutes > 0 ? `${minutes}m` : ''}${seconds}s`;
}
