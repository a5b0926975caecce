import { EngineError } from '../base/index.ts';

/** True when the path holds a wildcard of Go's filepath.Match. */
export function hasWildcard(path: string): boolean {
  for (let at = 0; at < path.length; at++) {
    if (path[at] === '\\') at++;
    else if ('*?['.includes(path[at] ?? '')) return true;
  }
  return false;
}

/** Takes the escapes off a path without wildcards. */
export function unescapePath(path: string): string {
  return path.replace(/\\(.)/g, '$1');
}

/** A matcher for one path by Go's filepath.Match: `*` and `?` stop at "/", `[a-z]`, `[^a]`, backslash escapes; and `**` for any number of folders where asked. Throws INVALID_ARGUMENT for a malformed pattern. */
export function compileGlob(pattern: string, options: { readonly doubleStar?: boolean } = {}): RegExp {
  let source = '';
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] ?? '';
    if (options.doubleStar && pattern.startsWith('**', at)) {
      at += pattern[at + 2] === '/' ? 2 : 1;
      source += at === pattern.length - 1 ? '.*' : '(?:.*/)?';
    } else if (char === '*') source += '[^/]*';
    else if (char === '?') source += '[^/]';
    else if (char === '[') {
      const end = classEnd(pattern, at);
      source += classSource(pattern.slice(at + 1, end), pattern);
      at = end;
    } else if (char === '\\') {
      if (at + 1 >= pattern.length) throw badPattern(pattern);
      source += quote(pattern[++at] ?? '');
    } else source += quote(char);
  }
  return new RegExp(`^${source}$`, 'su');
}

function classEnd(pattern: string, start: number): number {
  for (let at = start + 1; at < pattern.length; at++) {
    if (pattern[at] === '\\') at++;
    else if (pattern[at] === ']' && at > start + 1 && !(at === start + 2 && pattern[start + 1] === '^')) return at;
  }
  throw badPattern(pattern);
}

function classSource(inner: string, pattern: string): string {
  const negated = inner.startsWith('^');
  const body = (negated ? inner.slice(1) : inner).replace(/\\?(.)/gsu, (whole, char: string) =>
    whole.length > char.length ? quote(char) : char === '-' ? '-' : quote(char),
  );
  try {
    const source = `[${negated ? '^/' : ''}${body}]`;
    return new RegExp(negated ? source : `(?!/)${source}`, 'u').source;
  } catch (cause) {
    throw badPattern(pattern, cause);
  }
}

function quote(char: string): string {
  return /[\^$\\.*+?()[\]{}|/-]/.test(char) ? (char === '-' ? '\\x2d' : `\\${char}`) : char;
}

function badPattern(pattern: string, cause?: unknown): EngineError {
  return new EngineError('INVALID_ARGUMENT', `syntax error in pattern: ${JSON.stringify(pattern)}`, { cause });
}
