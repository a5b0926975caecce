import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments, type YAMLMap } from 'yaml';
import { type Problem, problemError } from './problem.ts';
import type { Entry, MergeTag, Position, Tree } from './tree.ts';

/** Aliases can grow a small file without end; no honest file comes near this. */
const nodeLimit = 200_000;

/** Parses the YAML documents of a file, one tree each; later ones are meant to be merged over earlier ones. Throws with line and column. */
export function parseYaml(text: string, file: string): Tree[] {
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter, uniqueKeys: true, strict: true, logLevel: 'silent', version: '1.2' });
  if ('empty' in documents) return [];
  const problems = documents.flatMap((document) =>
    document.errors.map((error): Problem => {
      const { line, col } = lineCounter.linePos(error.pos[0]);
      return { at: { file, line, column: col }, message: yamlMessage(error.code, error.message) };
    }),
  );
  if (problems.length) throw problemError(problems);
  return documents.filter((document) => document.contents).map((document) => new Reader(document, file, lineCounter).read());
}

function yamlMessage(code: string, message: string): string {
  if (code === 'DUPLICATE_KEY') return 'mapping key already defined: attribute names must be unique';
  return `yaml: ${(message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '')}`;
}

/** Turns one document into a tree. */
class Reader {
  readonly #document: Document.Parsed;
  readonly #file: string;
  readonly #lines: LineCounter;
  readonly #open = new Set<Node>();
  #nodes = 0;

  constructor(document: Document.Parsed, file: string, lines: LineCounter) {
    this.#document = document;
    this.#file = file;
    this.#lines = lines;
  }

  read(): Tree {
    return this.#tree(this.#document.contents);
  }

  #tree(node: Node | null): Tree {
    if (!node) return { kind: 'scalar', value: null, at: { file: this.#file, line: 1, column: 1 } };
    const at = this.#position(node);
    if (++this.#nodes > nodeLimit) throw problemError([{ at, message: 'yaml: document contains excessive aliasing' }]);
    if (isAlias(node)) return this.#aliased(node.resolve(this.#document), node.source, at);
    const tag = mergeTag(node.tag);
    if (isScalar(node)) return { kind: 'scalar', ...scalarValue(node.value, node.source, node.type), at, tag };
    if (isSeq(node)) return { kind: 'list', items: node.items.map((item) => this.#tree(item as Node | null)), at, tag };
    if (isMap(node)) return { kind: 'map', entries: this.#entries(node), at, tag };
    throw problemError([{ at, message: 'yaml: unexpected node' }]);
  }

  /** What an anchor names. An anchor inside itself would never end. */
  #aliased(target: Node | undefined, name: string, at: Position): Tree {
    if (!target) throw problemError([{ at, message: `yaml: unknown anchor '${name}' referenced` }]);
    if (this.#open.has(target)) throw problemError([{ at, message: `yaml: anchor '${name}' value contains itself` }]);
    this.#open.add(target);
    const tree = this.#tree(target);
    this.#open.delete(target);
    return tree;
  }

  #entries(node: YAMLMap): Map<string, Entry> {
    const entries = new Map<string, Entry>();
    const merged: Tree[] = [];
    for (const pair of node.items) {
      const keyNode = pair.key as Node;
      const at = this.#position(keyNode);
      const key = isScalar(keyNode) ? keyText(keyNode.value) : this.#badKey(at);
      const value = this.#tree((pair.value as Node | null) ?? null);
      const placed: Tree = pair.value && (pair.value as Node).range ? value : { ...value, at };
      if (key === '<<') merged.push(...this.#mergeSources(placed));
      else entries.set(key, { at, value: placed });
    }
    // What a mapping says itself wins over what it merges in; of several sources the first wins.
    for (const source of merged) {
      if (source.kind === 'map') for (const [key, entry] of source.entries) if (!entries.has(key)) entries.set(key, entry);
    }
    return entries;
  }

  #mergeSources(tree: Tree): readonly Tree[] {
    const sources = tree.kind === 'list' ? tree.items : [tree];
    if (sources.every(({ kind }) => kind === 'map')) return sources;
    throw problemError([{ at: tree.at, message: 'yaml: map merge requires map or sequence of maps as the value' }]);
  }

  #badKey(at: Position): never {
    throw problemError([{ at, message: 'yaml: attribute names must be text' }]);
  }

  #position(node: Node): Position {
    const { line, col } = this.#lines.linePos(node.range?.[0] ?? 0);
    return { file: this.#file, line: line || 1, column: col || 1 };
  }
}

function mergeTag(tag: string | undefined): MergeTag | undefined {
  return tag === '!reset' ? 'reset' : tag === '!override' ? 'override' : undefined;
}

/** Scalars as Compose's YAML reads them: 0440 is octal, big numbers keep their text. */
function scalarValue(
  value: unknown,
  source: string | undefined,
  type: string | null | undefined,
): { value: string | number | boolean | null; source?: string } {
  if (type === 'PLAIN' && source !== undefined && /^0[0-7]+$/.test(source)) return { value: Number.parseInt(source, 8), source };
  if (typeof value === 'number' && source !== undefined) return { value, source };
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return { value };
  return { value: value === null || value === undefined ? null : (source ?? '') };
}

function keyText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
