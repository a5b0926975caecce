import { EngineError } from '../base/index.ts';

/** Shell pattern over path components: "*" and "?" stop at "/", "[a-z]" is a class. Source: Go path.Match. */
export function matchesPattern(pattern: string, text: string): boolean {
  return compile(pattern).test(text);
}

function compile(pattern: string): RegExp {
  let source = '';
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    if (character === '*') source += '[^/]*';
    else if (character === '?') source += '[^/]';
    else if (character === '[') {
      const end = pattern.indexOf(']', at + 2);
      if (end < 0) throw new EngineError('INVALID_ARGUMENT', 'syntax error in pattern');
      source += characterClass(pattern.slice(at + 1, end));
      at = end;
    } else if (character === '\\') source += escaped(pattern.charAt(++at));
    else source += escaped(character);
  }
  return new RegExp(`^${source}$`, 's');
}

function characterClass(body: string): string {
  const negated = body.startsWith('^');
  return `[${negated ? '^' : ''}${(negated ? body.slice(1) : body).replace(/[\\\]^[]/g, '\\$&')}]`;
}

function escaped(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
