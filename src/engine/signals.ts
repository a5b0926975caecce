import { constants } from 'node:os';

const numbers: Readonly<Record<string, number>> = constants.signals;

/** The number of "SIGTERM", "term" or "15", and of RTMIN+n; undefined when there is no such signal. */
export function signalNumber(text: string): number | undefined {
  if (/^\d{1,2}$/.test(text)) return Number(text) >= 1 && Number(text) <= 64 ? Number(text) : undefined;
  const name = text.toUpperCase().replace(/^SIG/, '');
  const realtime = /^RT(MIN|MAX)(?:([+-])(\d{1,2}))?$/.exec(name);
  if (realtime) return inRange((realtime[1] === 'MIN' ? 34 : 64) + (realtime[2] === '-' ? -1 : 1) * Number(realtime[3] ?? 0));
  return numbers[`SIG${name}`];
}

/** Docker's name of a signal, "SIGTERM"; the number's text for realtime ones. */
export function signalName(number: number): string {
  return Object.keys(numbers).find((name) => numbers[name] === number) ?? String(number);
}

function inRange(number: number): number | undefined {
  return number >= 34 && number <= 64 ? number : undefined;
}
