import { lex, lexError, type TemplateError, type Token } from './lex.ts';
import type { Command, Node, Operand, Pipeline } from './nodes.ts';

/** Reads a Go template. `functions` are the names that may be called; others are an error, as in Go. */
export function parseTemplate(source: string, functions: ReadonlySet<string>): Node[] {
  return new Parser(source, functions).template();
}

type End = 'end' | 'else' | 'eof';

class Parser {
  readonly #source: string;
  readonly #functions: ReadonlySet<string>;
  readonly #tokens: readonly Token[];
  readonly #variables: string[] = ['$'];
  #at = 0;
  #loops = 0;

  constructor(source: string, functions: ReadonlySet<string>) {
    this.#source = source;
    this.#functions = functions;
    this.#tokens = lex(source);
  }

  template(): Node[] {
    const { nodes, end } = this.#list();
    if (end !== 'eof') throw this.#error(`unexpected {{${end}}}`);
    return nodes;
  }

  #list(): { nodes: Node[]; end: End } {
    const nodes: Node[] = [];
    for (;;) {
      const token = this.#next();
      if (token.kind === 'eof') return { nodes, end: 'eof' };
      if (token.kind === 'text') {
        nodes.push({ kind: 'text', text: token.text });
        continue;
      }
      const word = this.#skipSpace();
      if (word.kind === 'identifier' && (word.text === 'end' || word.text === 'else')) {
        this.#next();
        return { nodes, end: word.text };
      }
      nodes.push(this.#action(word));
    }
  }

  #action(word: Token): Node {
    if (word.kind !== 'identifier') return this.#plainAction();
    switch (word.text) {
      case 'if':
      case 'with':
      case 'range':
        this.#next();
        return this.#control(word.text);
      case 'break':
      case 'continue':
        if (this.#loops === 0) throw this.#error(`{{${word.text}}} outside {{range}}`);
        this.#next();
        this.#expectClose(word.text);
        return { kind: word.text };
      case 'define':
      case 'template':
      case 'block':
        throw this.#error(`unexpected {{${word.text}}}: formats are one template`);
      default:
        return this.#plainAction();
    }
  }

  #plainAction(): Node {
    const pipeline = this.#pipeline('command');
    this.#expectClose('command');
    return { kind: 'action', pipeline };
  }

  #control(kind: 'if' | 'with' | 'range'): Node {
    const scope = this.#variables.length;
    const pipeline = this.#pipeline(kind);
    this.#expectClose(kind);
    if (kind === 'range') this.#loops++;
    const { nodes: body, end } = this.#list();
    if (kind === 'range') this.#loops--;
    const otherwise = end === 'else' ? this.#otherwise(kind) : [];
    if (end === 'eof') throw this.#error('unexpected EOF');
    if (end === 'end') this.#expectClose('end');
    this.#variables.length = scope;
    return { kind, pipeline, body, otherwise };
  }

  #otherwise(kind: 'if' | 'with' | 'range'): Node[] {
    const word = this.#skipSpace();
    if (word.kind === 'identifier' && word.text === kind && kind !== 'range') {
      this.#next();
      return [this.#control(kind)];
    }
    this.#expectClose('else');
    const { nodes, end } = this.#list();
    if (end === 'eof') throw this.#error('unexpected EOF');
    if (end === 'else') throw this.#error('expected end; found {{else}}');
    this.#expectClose('end');
    return nodes;
  }

  #pipeline(context: string): Pipeline {
    const at = this.#skipSpace().at;
    const declared = this.#declarations(context);
    const commands: Command[] = [];
    for (;;) {
      commands.push(this.#command(context));
      const token = this.#skipSpace();
      if (token.kind !== 'pipe') break;
      this.#next();
    }
    for (const name of declared.variables) if (declared.declares) this.#variables.push(name);
    return { ...declared, commands, at };
  }

  #declarations(context: string): { variables: string[]; declares: boolean } {
    const start = this.#at;
    const variables: string[] = [];
    for (;;) {
      const token = this.#skipSpace();
      if (token.kind !== 'variable') break;
      this.#next();
      const sign = this.#skipSpace();
      variables.push(token.text);
      if (sign.kind === 'declare' || sign.kind === 'assign') {
        this.#next();
        if (sign.kind === 'assign') for (const name of variables) this.#useVariable(name);
        return { variables, declares: sign.kind === 'declare' };
      }
      if (sign.kind !== 'comma' || context !== 'range') break;
      this.#next();
    }
    this.#at = start;
    return { variables: [], declares: false };
  }

  #command(context: string): Command {
    const first = this.#skipSpace();
    const words: Operand[] = [];
    for (;;) {
      const token = this.#skipSpace();
      const operand = this.#operand(token);
      if (!operand) break;
      words.push(operand);
      const after = this.#peek();
      if (after.kind !== 'space') {
        if (['close', 'rparen', 'pipe', 'eof'].includes(after.kind)) break;
        throw this.#error(`unexpected ${shown(after)} in operand`);
      }
    }
    if (words.length === 0)
      throw this.#error(
        this.#peek().kind === 'close' || this.#peek().kind === 'rparen' ? `missing value for ${context}` : `unexpected ${shown(this.#peek())} in ${context}`,
      );
    return { words, at: first.at };
  }

  #operand(token: Token): Operand | undefined {
    const term = this.#term(token);
    if (!term || this.#peek().kind !== 'field') return term;
    const at = this.#peek().at;
    const names: string[] = [];
    while (this.#peek().kind === 'field') names.push(this.#next().text.slice(1));
    if (term.kind === 'field' || term.kind === 'variable') return { ...term, names: [...term.names, ...names], at };
    if (term.kind === 'constant' || term.kind === 'nil')
      throw this.#error(`unexpected . after term ${JSON.stringify(term.kind === 'nil' ? 'nil' : term.text)}`);
    return { kind: 'chain', of: term, names, at };
  }

  #term(token: Token): Operand | undefined {
    const { kind, text, at } = token;
    switch (kind) {
      case 'dot':
        return this.#take({ kind: 'dot', at });
      case 'field':
        return this.#take({ kind: 'field', names: [text.slice(1)], at });
      case 'variable':
        this.#useVariable(text);
        return this.#take({ kind: 'variable', name: text, names: [], at });
      case 'string':
        return this.#take({ kind: 'constant', value: unquote(text), text, at });
      case 'char':
        return this.#take({ kind: 'constant', value: unquote(`"${text.slice(1, -1)}"`).codePointAt(0) ?? 0, text, at });
      case 'number':
        return this.#take({ kind: 'constant', value: Number(text.replaceAll('_', '')), text, at });
      case 'identifier':
        return this.#identifier(token);
      case 'lparen': {
        this.#next();
        const pipeline = this.#pipeline('parenthesized pipeline');
        if (this.#skipSpace().kind !== 'rparen') throw this.#error(`unexpected ${shown(this.#peek())} in parenthesized pipeline`);
        return this.#take({ kind: 'group', pipeline, at });
      }
      default:
        return undefined;
    }
  }

  #identifier({ text, at }: Token): Operand {
    if (text === 'true' || text === 'false') return this.#take({ kind: 'constant', value: text === 'true', text, at });
    if (text === 'nil') return this.#take({ kind: 'nil', at });
    if (!this.#functions.has(text)) throw this.#error(`function ${JSON.stringify(text)} not defined`);
    return this.#take({ kind: 'function', name: text, at });
  }

  #take(operand: Operand): Operand {
    this.#next();
    return operand;
  }

  #useVariable(name: string): void {
    if (!this.#variables.includes(name)) throw this.#error(`undefined variable ${JSON.stringify(name)}`);
  }

  #expectClose(context: string): void {
    const token = this.#skipSpace();
    if (token.kind !== 'close') throw this.#error(`unexpected ${shown(token)} in ${context}`);
    this.#next();
  }

  #peek(): Token {
    return this.#tokens[Math.min(this.#at, this.#tokens.length - 1)] ?? { kind: 'eof', text: '', at: this.#source.length };
  }

  #next(): Token {
    const token = this.#peek();
    this.#at++;
    return token;
  }

  #skipSpace(): Token {
    while (this.#peek().kind === 'space') this.#at++;
    return this.#peek();
  }

  #error(why: string): TemplateError {
    return lexError(this.#source, this.#peek().at, why);
  }
}

function shown(token: Token): string {
  if (token.kind === 'eof') return 'EOF';
  return token.kind === 'identifier' && ['end', 'else', 'if', 'range', 'with'].includes(token.text) ? `<${token.text}>` : JSON.stringify(token.text);
}

function unquote(text: string): string {
  if (text.startsWith('`')) return text.slice(1, -1);
  const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\u0007', b: '\b', f: '\f', v: '\v', '\\': '\\', '"': '"', "'": "'" };
  return text.slice(1, -1).replaceAll(/\\(x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-7]{3}|.)/g, (_, code: string) => {
    if (/^[xuU]./.test(code)) return String.fromCodePoint(Number.parseInt(code.slice(1), 16));
    if (/^[0-7]{3}$/.test(code)) return String.fromCodePoint(Number.parseInt(code, 8));
    return escapes[code] ?? code;
  });
}
