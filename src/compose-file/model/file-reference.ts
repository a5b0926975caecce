import { listOf } from '../kinds/list-kind.ts';
import { fileMode, loose, text } from '../kinds/scalar-kinds.ts';
import { struct, withDefaults } from '../kinds/struct-kind.ts';
import { get, map, scalar, textOf, type Tree } from '../tree.ts';

const fields = { source: text, target: text, uid: loose, gid: loose, mode: fileMode };
const short = (tree: Tree): Tree => map({ source: tree }, tree.at);
const key = (item: Tree): string | undefined => textOf(get(item, 'target')) ?? textOf(get(item, 'source'));

/** Configs and build secrets of a service: names, or where and with which owner and mode they appear. */
export const fileReferences = listOf(struct(fields, { short, required: ['source'] }), { key });

/** Secrets of a service; they appear in /run/secrets unless said otherwise. */
export const secretReferences = listOf(
  struct(fields, {
    short,
    required: ['source'],
    finish: (tree) => withDefaults(tree, { target: scalar(`/run/secrets/${textOf(get(tree, 'source')) ?? ''}`, tree.at) }),
  }),
  { key },
);
