import { lexError } from './dockerfile-error.ts';
import type { Directives } from './types.ts';

const DIRECTIVE = /^#[ \t]*([a-zA-Z][a-zA-Z0-9]*)[ \t]*=[ \t]*(.+?)[ \t]*$/;

/** Reads the parser directives: comments of the form `# name=value` before anything else. An unknown name ends them, as any other line does. Source: Dockerfile reference, Parser directives. */
export function parseDirectives(lines: readonly string[]): Directives {
  const found = new Map<string, string>();
  for (const [at, line] of lines.entries()) {
    if (at === 0 && line.startsWith('#!')) continue;
    const match = DIRECTIVE.exec(line.trim());
    const name = match?.[1]?.toLowerCase();
    const value = match?.[2];
    if (name === undefined || value === undefined || !['syntax', 'escape', 'check'].includes(name)) break;
    const range = { start: at + 1, end: at + 1 };
    if (found.has(name)) throw lexError(`only one ${name} parser directive can be used`, range);
    if (name === 'escape' && value !== '\\' && value !== '`') throw lexError(`invalid escape token '${value}' does not match \` or \\`, range);
    found.set(name, value);
  }
  const syntax = found.get('syntax');
  const check = found.get('check');
  return { escape: found.get('escape') === '`' ? '`' : '\\', ...(syntax === undefined ? {} : { syntax }), ...(check === undefined ? {} : { check }) };
}
