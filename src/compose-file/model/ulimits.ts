import { type Kind, wireOf } from '../kinds/kind.ts';
import { mapOf } from '../kinds/map-kind.ts';
import { integer } from '../kinds/scalar-kinds.ts';
import { struct } from '../kinds/struct-kind.ts';

const pair = struct({ soft: integer, hard: integer }, { required: ['soft', 'hard'] });

const ulimit: Kind = {
  canonical: (tree, scope) => (tree.kind === 'map' ? pair : integer).canonical(tree, scope),
  merge: (_base, over) => over,
  wire: (value, format) => (typeof value === 'object' ? wireOf(pair, value, format) : value),
  decode: (tree) => (tree.kind === 'map' ? pair : integer).decode(tree),
};

/** Resource limits: name → one number for both, or soft and hard. */
export const ulimits = mapOf(ulimit, { names: { pattern: /^[a-z]+$/, what: 'ulimit' } });
