import { lexError } from './dockerfile-error.ts';
import type { CommandForm, KeyValue, RawInstruction } from './types.ts';

/** The arguments as a JSON array of strings; undefined when they are no valid JSON array. Throws when the array holds anything but strings. */
export function jsonStrings(raw: RawInstruction): string[] | undefined {
  if (!raw.rest.startsWith('[')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(raw.rest);
  } catch {
    return undefined; // Docker reads "[ -f x ] && y" as shell form.
  }
  if (!Array.isArray(value)) return undefined;
  if (!value.every((item) => typeof item === 'string')) throw lexError('when using JSON array syntax, arrays must be comprised of strings only', raw.range);
  return value;
}

/** Exec form for a JSON array, else shell form. */
export function commandForm(raw: RawInstruction): CommandForm {
  const args = jsonStrings(raw);
  return args ? { form: 'exec', args } : { form: 'shell', text: raw.rest };
}

/** Splits at white space outside quotes; quotes and escapes stay in the words for the later expansion. */
export function wordsOf(text: string, escape: '\\' | '`'): string[] {
  const words: string[] = [];
  let word = '';
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    if (char === escape && quote !== "'" && at + 1 < text.length) word += char + (text[++at] ?? '');
    else if (quote) {
      word += char;
      if (char === quote) quote = '';
    } else if (/\s/.test(char)) {
      if (word) words.push(word);
      word = '';
    } else {
      if (char === '"' || char === "'") quote = char;
      word += char;
    }
  }
  if (word) words.push(word);
  return words;
}

/** Arguments of ENV and LABEL: `key=value …`, or the legacy `key value with spaces`. */
export function pairsOf(raw: RawInstruction, escape: '\\' | '`'): { pairs: KeyValue[]; legacy: boolean } {
  const words = wordsOf(raw.rest, escape);
  const [first] = words;
  if (first === undefined) return { pairs: [], legacy: false };
  if (!first.includes('=')) return { pairs: [legacyPair(raw)], legacy: true };
  const pairs = words.map((word) => {
    const cut = word.indexOf('=');
    if (cut < 0) throw lexError(`Syntax error - can't find = in ${JSON.stringify(word)}. Must be of the form: name=value`, raw.range);
    return { key: word.slice(0, cut), value: word.slice(cut + 1) };
  });
  return { pairs, legacy: false };
}

function legacyPair(raw: RawInstruction): KeyValue {
  const match = /^(\S+)\s+([\s\S]+)$/.exec(raw.rest);
  const [, key, value] = match ?? [];
  if (key === undefined || value === undefined) throw lexError(`${raw.keyword.toUpperCase()} must have two arguments`, raw.range);
  return { key, value };
}
