/** A template that cannot be read or carried out; the message is Go's. */
export class TemplateError extends Error {}

/** One word inside {{ }}, or text around it. `space` is the blank between words, which parts arguments. */
export interface Token {
  readonly kind:
    | 'text'
    | 'open'
    | 'close'
    | 'field'
    | 'variable'
    | 'identifier'
    | 'number'
    | 'string'
    | 'char'
    | 'declare'
    | 'assign'
    | 'comma'
    | 'pipe'
    | 'lparen'
    | 'rparen'
    | 'dot'
    | 'space'
    | 'eof';
  readonly text: string;
  readonly at: number;
}

const WORDS: readonly (readonly [Token['kind'], RegExp])[] = [
  ['space', /[ \t\r\n]+/y],
  ['declare', /:=/y],
  ['assign', /=/y],
  ['comma', /,/y],
  ['pipe', /\|/y],
  ['lparen', /\(/y],
  ['rparen', /\)/y],
  ['string', /"(?:\\.|[^"\\\n])*"|`[^`]*`/y],
  ['char', /'(?:\\.|[^'\\\n])+'/y],
  ['number', /[+-]?(?:0[xX][\da-fA-F_]+|0[oO]?[0-7_]+(?![.\d])|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/y],
  ['field', /\.[\p{L}_][\p{L}\p{N}_]*/uy],
  ['dot', /\./y],
  ['variable', /\$[\p{L}\p{N}_]*/uy],
  ['identifier', /[\p{L}_][\p{L}\p{N}_]*/uy],
];

/** Cuts a template into text and words. Blanks beside "{{-" and "-}}" are gone from the text. */
export function lex(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let trimNext = false;
  for (;;) {
    const open = source.indexOf('{{', at);
    const raw = source.slice(at, open < 0 ? undefined : open);
    const trimEnd = open >= 0 && /^\{\{-\s/.test(source.slice(open, open + 4));
    const text = trimText(raw, trimNext, trimEnd);
    if (text) tokens.push({ kind: 'text', text, at });
    if (open < 0) break;
    const start = open + (trimEnd ? 3 : 2);
    const comment = /^\s*\/\*[\s\S]*?\*\/(\s-)?\}\}/.exec(source.slice(start));
    if (comment) {
      at = start + comment[0].length;
      trimNext = comment[1] !== undefined;
      continue;
    }
    tokens.push({ kind: 'open', text: '{{', at: open });
    const end = lexAction(source, start, tokens);
    at = end.at;
    trimNext = end.trim;
  }
  tokens.push({ kind: 'eof', text: '', at: source.length });
  return tokens;
}

function trimText(text: string, start: boolean, end: boolean): string {
  const left = start ? text.trimStart() : text;
  return end ? left.trimEnd() : left;
}

function lexAction(source: string, start: number, tokens: Token[]): { at: number; trim: boolean } {
  let depth = 0;
  for (let at = start; ;) {
    const trim = /^\s-\}\}/.test(source.slice(at, at + 4));
    if (trim || source.startsWith('}}', at)) {
      if (depth > 0) throw lexError(source, at, 'unclosed left paren');
      const close = trim ? at + 2 : at;
      tokens.push({ kind: 'close', text: '}}', at: close });
      return { at: close + 2, trim };
    }
    if (at >= source.length) throw lexError(source, start, 'unclosed action');
    const token = nextWord(source, at);
    checkTerminator(source, token);
    if (token.kind === 'lparen') depth++;
    if (token.kind === 'rparen' && --depth < 0) throw lexError(source, at, 'unexpected right paren');
    tokens.push(token);
    at += token.text.length;
  }
}

/** Names end at a blank, an operator or the end of the action; anything else is a slip of the pen. */
function checkTerminator(source: string, { kind, text, at }: Token): void {
  const next = source[at + text.length];
  if (!['field', 'variable', 'identifier'].includes(kind) || next === undefined || /[\s.,|:()=]/.test(next)) return;
  if (source.startsWith('}}', at + text.length)) return;
  throw lexError(source, at, `bad character U+${next.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')} '${next}'`);
}

function nextWord(source: string, at: number): Token {
  for (const [kind, pattern] of WORDS) {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (match) return { kind, text: match[0], at };
  }
  const letter = String.fromCodePoint(source.codePointAt(at) ?? 0);
  if (letter === '"') throw lexError(source, at, 'unterminated quoted string');
  if (letter === '`') throw lexError(source, at, 'unterminated raw quoted string');
  if (letter === "'") throw lexError(source, at, 'unterminated character constant');
  const code = (source.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  if (letter === '{' || letter === '}') throw lexError(source, at, `unexpected "${letter}" in command`);
  throw lexError(source, at, `unrecognized character in action: U+${code} '${letter}'`);
}

/** "template: :1: why", with the line of `at`. */
export function lexError(source: string, at: number, why: string): TemplateError {
  const line = source.slice(0, at).split('\n').length;
  return new TemplateError(`template: :${line}: ${why}`);
}
