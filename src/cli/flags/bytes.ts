const POWERS = ['b', 'k', 'm', 'g', 't', 'p'];

/** Bytes of a size as Docker's flags take it: "512", "64m", "1.5g", "2GiB". "-1" stays -1. Throws with Docker's words otherwise. */
export function parseBytes(text: string): number {
  if (text === '-1') return -1;
  const match = /^(\d+(?:\.\d*)?|\.\d+) ?([a-z]*)$/i.exec(text);
  const power = match ? powerOf(match[2] ?? '') : undefined;
  if (!match || power === undefined) throw new Error(`invalid size: '${text}'`);
  return Math.trunc(Number(match[1]) * 1024 ** power);
}

function powerOf(unit: string): number | undefined {
  const match = /^(?:([kmgtp])(?:i?b)?|b)?$/i.exec(unit);
  return match ? POWERS.indexOf((match[1] ?? 'b').toLowerCase()) : undefined;
}
