import { nearest } from '../nearest.ts';
import { scalar, scalarText, type Tree } from '../tree.ts';
import { formatDuration, parseBytes, parseDuration } from '../units.ts';
import { describe, type Kind, problem, replaced, type Scope } from './kind.ts';

type Convert = (tree: Tree & { kind: 'scalar' }, scope: Scope) => Tree;

function scalarKind(expected: string, convert: Convert): Kind {
  return {
    canonical: (tree, scope) =>
      tree.kind === 'scalar' && tree.value !== null ? convert(tree, scope) : problem(tree, scope, `must be ${expected}, not ${describe(tree)}`),
    merge: replaced,
    decode: (tree) => (tree.kind === 'scalar' ? tree.value : undefined),
  };
}

/** Text. Numbers and booleans are refused: YAML may have read them differently from what was meant. */
export const text: Kind = scalarKind('a string', (tree, scope) =>
  typeof tree.value === 'string' ? tree : problem(tree, scope, `must be a string, not ${describe(tree)}: write it in quotes`),
);

/** Text that may be written as a number or boolean; its value is text. */
export const loose: Kind = scalarKind('a string or a number', (tree) =>
  typeof tree.value === 'string' ? tree : { ...scalar(scalarText(tree), tree.at), tag: tree.tag },
);

/** One of some words. */
export function oneOf(words: readonly string[]): Kind {
  return scalarKind('a string', (tree, scope) => {
    if (typeof tree.value === 'string' && words.includes(tree.value)) return tree;
    const near = nearest(scalarText(tree), words);
    return problem(tree, scope, `must be one of ${words.map((word) => `"${word}"`).join(', ')}${near === undefined ? '' : `: did you mean "${near}"?`}`);
  });
}

/** Text that a pattern describes; `what` says it in words. */
export function matching(pattern: RegExp, what: string): Kind {
  return scalarKind('a string', (tree, scope) => (typeof tree.value === 'string' && pattern.test(tree.value) ? tree : problem(tree, scope, `must be ${what}`)));
}

/** true or false; text from a variable counts. */
export const bool: Kind = scalarKind('a boolean', (tree, scope) => {
  if (typeof tree.value === 'boolean') return tree;
  const word = String(tree.value).toLowerCase();
  if (['true', 'y', 'yes', 'on', '1'].includes(word)) return scalar(true, tree.at);
  if (['false', 'n', 'no', 'off', '0', ''].includes(word)) return scalar(false, tree.at);
  return problem(tree, scope, `must be a boolean (true or false), not "${scalarText(tree)}"`);
});

/** A number; text from a variable counts. */
export function number(options: { readonly integer?: boolean; readonly min?: number; readonly max?: number } = {}): Kind {
  const what = options.integer ? 'an integer' : 'a number';
  return scalarKind(what, (tree, scope) => {
    const value = typeof tree.value === 'boolean' ? Number.NaN : Number(tree.value === '' ? Number.NaN : tree.value);
    if (Number.isNaN(value) || (options.integer && !Number.isInteger(value))) return problem(tree, scope, `must be ${what}, not "${scalarText(tree)}"`);
    if (options.min !== undefined && value < options.min) return problem(tree, scope, `must be at least ${options.min}`);
    if (options.max !== undefined && value > options.max) return problem(tree, scope, `must be at most ${options.max}`);
    return scalar(value, tree.at);
  });
}

/** A whole number. */
export const integer: Kind = number({ integer: true });

/** A size: 1024, "64m", "1.5gb". Its value is the number of bytes as text, as Compose writes it. */
export const bytes: Kind = scalarKind('a size', (tree, scope) => {
  const count = parseBytes(scalarText(tree));
  return count === undefined ? problem(tree, scope, `must be a size such as 64m or 1gb, not "${scalarText(tree)}"`) : scalar(String(count), tree.at);
});

/** A duration. Its value is Go's text of it: "1m30s". */
export const duration: Kind = scalarKind('a duration', (tree, scope) => {
  const nanoseconds = typeof tree.value === 'string' ? parseDuration(tree.value) : tree.value === 0 ? 0 : undefined;
  return nanoseconds === undefined
    ? problem(tree, scope, `must be a duration such as 30s or 1m30s, not "${scalarText(tree)}"`)
    : scalar(formatDuration(nanoseconds), tree.at);
});

/** A file mode: 0440 as YAML reads it, or "0440" as text. Its value is the octal text, "0440". */
export const fileMode: Kind = scalarKind('a file mode', (tree, scope) => {
  const word = typeof tree.value === 'number' ? `0${tree.value.toString(8)}` : scalarText(tree);
  if (!/^(?:0o?)?[0-7]+$/.test(word)) return problem(tree, scope, `must be a file mode such as 0440, not "${word}"`);
  return scalar(`0${Number.parseInt(word.replace(/^0o/, ''), 8).toString(8)}`, tree.at);
});

/** Whatever stands there. */
export const anything: Kind = { canonical: (tree) => tree, merge: replaced, decode: (tree) => (tree.kind === 'scalar' ? tree.value : undefined) };

/** Lets null stand for "nothing said". */
export function nullable(kind: Kind): Kind {
  return { ...kind, canonical: (tree, scope) => (tree.kind === 'scalar' && tree.value === null ? tree : kind.canonical(tree, scope)) };
}
