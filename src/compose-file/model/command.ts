import { describe, type Kind, problem, replaced } from '../kinds/kind.ts';
import { listOf } from '../kinds/list-kind.ts';
import { loose, text } from '../kinds/scalar-kinds.ts';
import { shellWords, ShellWordsError } from '../shell-words.ts';
import { list, scalar, scalarText } from '../tree.ts';

const words = listOf(loose, { replace: true });

/** A command: a list of words, or a line that is split as a shell would. null takes the image's, [] and "" take it away. */
export const command: Kind = {
  canonical(tree, scope) {
    if (tree.kind === 'scalar' && tree.value === null) return tree;
    if (tree.kind === 'list') return words.canonical(tree, scope);
    if (tree.kind !== 'scalar') return problem(tree, scope, `must be a string or a list, not ${describe(tree)}`);
    try {
      return list(
        shellWords(scalarText(tree)).map((word) => scalar(word, tree.at)),
        tree.at,
      );
    } catch (error) {
      if (!(error instanceof ShellWordsError)) throw error;
      return problem(tree, scope, `is no command line: ${error.message}`);
    }
  },
  merge: replaced,
  decode: (tree) => words.decode(tree),
  wire: (value) => value,
  omit: (value) => value === undefined || value === null,
  always: null,
};

const testWords = listOf(text, { replace: true });

/** A health check's test: a list that begins with CMD, CMD-SHELL or NONE, or a line for the shell. */
export const healthTest: Kind = {
  ...testWords,
  canonical(tree, scope) {
    if (tree.kind === 'scalar' && typeof tree.value === 'string') return list([scalar('CMD-SHELL', tree.at), tree], tree.at);
    const done = testWords.canonical(tree, scope);
    const first = done.kind === 'list' ? done.items[0] : undefined;
    if (first?.kind === 'scalar' && !['CMD', 'CMD-SHELL', 'NONE'].includes(String(first.value))) {
      problem(first, scope, `must start with "CMD", "CMD-SHELL" or "NONE", not "${first.value}"`);
    }
    return done;
  },
};
