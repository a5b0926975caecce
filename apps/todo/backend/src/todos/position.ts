import { generateKeyBetween, generateNKeysBetween } from 'fractional-indexing';

const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * A key that sorts (by bytes) after `before` and before `after`; null stands for either end. At the end, where two people often add
 * at the same moment, they get different keys, because the last letters are random.
 */
export function positionBetween(before: string | null, after: string | null, random = Math.random): string {
  const key = generateKeyBetween(before, after);
  return after === null ? key + randomLetters(random) : key;
}

/** `count` ascending keys after `before`. */
export function positionsAfter(before: string | null, count: number): string[] {
  return generateNKeysBetween(before, null, count);
}

/** The last is never the smallest letter: a key that ended so would have no room below it. */
function randomLetters(random: () => number): string {
  const pick = (from: number) => letters[from + Math.floor(random() * (letters.length - from))] ?? 'V';
  return pick(0) + pick(0) + pick(1);
}
