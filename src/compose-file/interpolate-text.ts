/** Gives a variable's value; undefined when it is not set. */
export type Lookup = (name: string) => string | undefined;

/** A variable as a text uses it. */
export interface VariableUse {
  readonly name: string;
  readonly defaultValue?: string;
  readonly presenceValue?: string;
  readonly required: boolean;
}

/** What a text with a wrong "$" throws; the caller knows the place. */
export class InterpolationError extends Error {}

/** Whom to tell: `unset` of a variable without value or default, `used` of every variable. */
export interface InterpolateHooks {
  readonly unset?: (name: string) => void;
  readonly used?: (use: VariableUse) => void;
}

/**
 * Replaces $V, ${V}, ${V:-default}, ${V-default}, ${V:?message}, ${V?message}, ${V:+alternative} and ${V+alternative}, nested ones too; "$$" is a "$".
 * Source: Compose specification, Interpolation.
 */
export function interpolateText(text: string, lookup: Lookup, hooks: InterpolateHooks = {}): string {
  if (!text.includes('$')) return text;
  let out = '';
  let at = 0;
  while (at < text.length) {
    const dollar = text.indexOf('$', at);
    if (dollar < 0) return out + text.slice(at);
    out += text.slice(at, dollar);
    const next = text[dollar + 1];
    if (next === '$') {
      out += '$';
      at = dollar + 2;
    } else if (next === '{') {
      const end = closingBrace(text, dollar + 2);
      out += braced(text.slice(dollar + 2, end), text, lookup, hooks);
      at = end + 1;
    } else {
      const name = /^[_a-zA-Z][_a-zA-Z0-9]*/.exec(text.slice(dollar + 1))?.[0];
      if (name === undefined) throw invalid(text);
      out += plainValue(name, lookup, hooks);
      at = dollar + 1 + name.length;
    }
  }
  return out;
}

function closingBrace(text: string, from: number): number {
  let depth = 1;
  for (let i = from; i < text.length; i++) {
    if (text[i] === '$' && text[i + 1] === '{') {
      depth++;
      i++;
    } else if (text[i] === '$' && text[i + 1] === '$') i++;
    else if (text[i] === '}' && --depth === 0) return i;
  }
  throw invalid(text);
}

function braced(inside: string, whole: string, lookup: Lookup, hooks: InterpolateHooks): string {
  const [, name, operator = '', word = ''] = /^([_a-zA-Z][_a-zA-Z0-9]*)(?:(:?[-?+])([\s\S]*))?$/.exec(inside) ?? [];
  if (name === undefined) throw invalid(whole);
  const value = lookup(name);
  const present = operator.startsWith(':') ? value !== undefined && value !== '' : value !== undefined;
  switch (operator.at(-1)) {
    case '-':
      hooks.used?.({ name, defaultValue: word, required: false });
      return present ? (value ?? '') : interpolateText(word, lookup, hooks);
    case '+':
      hooks.used?.({ name, presenceValue: word, required: false });
      return present ? interpolateText(word, lookup, hooks) : '';
    case '?':
      hooks.used?.({ name, required: true });
      if (present) return value ?? '';
      throw new InterpolationError(`required variable ${name} is missing a value: ${interpolateText(word, lookup, hooks)}`);
    default:
      return plainValue(name, lookup, hooks);
  }
}

function plainValue(name: string, lookup: Lookup, hooks: InterpolateHooks): string {
  hooks.used?.({ name, required: false });
  const value = lookup(name);
  if (value === undefined) hooks.unset?.(name);
  return value ?? '';
}

function invalid(text: string): InterpolationError {
  return new InterpolationError(`invalid interpolation format: "${text}". You may need to escape any $ with another $`);
}
