import { posix } from 'node:path';

import { compileGlob } from './glob.ts';

/** One line of a .dockerignore file. */
export interface IgnoreRule {
  /** As written. */
  readonly text: string;
  readonly line: number;
  /** `!pattern`: takes back what earlier rules excluded. */
  readonly negated: boolean;
  readonly pattern: string;
}

interface CompiledRule extends IgnoreRule {
  readonly regex: RegExp;
}

/** The rules of a .dockerignore file. The last rule that matches a path, or a folder above it, decides. */
export class IgnoreRules {
  readonly #rules: readonly CompiledRule[];
  readonly #negations: boolean;
  readonly #decided = new Map<string, readonly boolean[]>();

  constructor(rules: readonly IgnoreRule[]) {
    this.#rules = rules.map((rule) => ({ ...rule, regex: compileGlob(rule.pattern, { doubleStar: true }) }));
    this.#negations = rules.some((rule) => rule.negated);
  }

  get isEmpty(): boolean {
    return this.#rules.length === 0;
  }

  /** True when a folder that is ignored may hold files that are not: it must be walked all the same. */
  get mustDescend(): boolean {
    return this.#negations;
  }

  ignores(path: string): boolean {
    return this.ruleFor(path)?.negated === false;
  }

  /** The rule that decides about `path` ("src/app.ts", without leading slash); undefined when none matches. */
  ruleFor(path: string): IgnoreRule | undefined {
    const matches = this.#matches(path);
    const at = matches.lastIndexOf(true);
    return at < 0 ? undefined : this.#rules[at];
  }

  /** Which rules match the path or a folder above it; kept for folders, as a walk asks for each file in them. */
  #matches(path: string): readonly boolean[] {
    const cut = path.lastIndexOf('/');
    const above = cut < 0 ? undefined : this.#matchesOfFolder(path.slice(0, cut));
    return this.#rules.map((rule, at) => above?.[at] === true || rule.regex.test(path));
  }

  #matchesOfFolder(path: string): readonly boolean[] {
    const known = this.#decided.get(path);
    if (known) return known;
    const matches = this.#matches(path);
    this.#decided.set(path, matches);
    return matches;
  }
}

/** Parses a .dockerignore file. Source: Docker build context documentation, .dockerignore files. */
export function parseIgnore(text: string): IgnoreRules {
  const rules: IgnoreRule[] = [];
  for (const [at, line] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    const trimmed = line.trim();
    if (line.startsWith('#') || trimmed === '') continue;
    const negated = trimmed.startsWith('!');
    const pattern = cleanPattern(negated ? trimmed.slice(1).trim() : trimmed);
    if (pattern !== '') rules.push({ text: trimmed, line: at + 1, negated, pattern });
  }
  return new IgnoreRules(rules);
}

/** Rules from patterns given elsewhere, `COPY --exclude` for example. */
export function ignoreRules(patterns: readonly string[]): IgnoreRules {
  return parseIgnore(patterns.join('\n'));
}

function cleanPattern(pattern: string): string {
  if (pattern === '') return '';
  const clean = posix.normalize(pattern).replace(/(.)\/$/, '$1');
  return clean.length > 1 ? clean.replace(/^\//, '') : clean;
}

/** Names under which a build looks for its ignore file, the first one that exists counts: "web.Dockerfile.dockerignore" beside the Dockerfile, then ".dockerignore". */
export function ignoreFileNames(dockerfile: string): readonly string[] {
  return [`${dockerfile}.dockerignore`, '.dockerignore'];
}
