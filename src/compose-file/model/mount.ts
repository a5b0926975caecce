import { problem, type Scope } from '../kinds/kind.ts';
import { listOf } from '../kinds/list-kind.ts';
import { absolute } from '../kinds/path-kind.ts';
import { bool, bytes, number, oneOf, text } from '../kinds/scalar-kinds.ts';
import { struct, withDefaults } from '../kinds/struct-kind.ts';
import { get, map, scalar, scalarText, textOf, type Tree, withEntry } from '../tree.ts';
import { labels } from './names.ts';

const mount = struct(
  {
    type: oneOf(['bind', 'volume', 'tmpfs', 'image', 'npipe', 'cluster']),
    source: text,
    target: text,
    read_only: bool,
    consistency: text,
    bind: struct(
      {
        selinux: oneOf(['z', 'Z']),
        propagation: oneOf(['private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave']),
        // Docker Compose 2.40 loses `false` when it writes: its hash has to be met, its output need not be.
        create_host_path: { ...bool, omit: (value, format) => format === 'hash' && value !== true },
        recursive: oneOf(['enabled', 'disabled', 'writable', 'readonly']),
      },
      { finish: (tree) => withDefaults(tree, { create_host_path: scalar(true, tree.at) }) },
    ),
    volume: struct({ labels, nocopy: bool, subpath: text }),
    tmpfs: struct({ size: bytes, mode: number({ integer: true }) }),
    image: struct({ subpath: text }),
  },
  { short: shortMount, required: ['type'], finish: finishMount },
);

/** Mounts: "source:target[:options]" or mappings. The target makes them the same. */
export const volumes = listOf(mount, { key: (item) => textOf(get(item, 'target')) });

function finishMount(tree: Tree, scope: Scope): Tree {
  if (tree.kind !== 'map') return tree;
  const source = get(tree, 'source');
  const type = textOf(get(tree, 'type'));
  if (type === 'bind' && !source) problem(tree, scope, 'of type bind must have "source"');
  if (!textOf(get(tree, 'target'))) problem(tree, scope, 'must have "target"');
  return type === 'bind' && source ? withEntry(tree, 'source', absolute(source, scope)) : tree;
}

function shortMount(tree: Tree & { kind: 'scalar' }, scope: Scope): Tree {
  const at = tree.at;
  const value = scalarText(tree);
  const parts = value.split(':');
  if (value === '' || parts.length > 3 || parts.includes('')) return problem(tree, scope, `is no mount: "${value}"; write [SOURCE:]TARGET[:OPTIONS]`);
  const [source, target, modes] = parts.length === 1 ? [undefined, parts[0] ?? '', ''] : [parts[0], parts[1] ?? '', parts[2] ?? ''];
  const bind = source !== undefined && isHostPath(source);
  const attributes: Record<string, Tree> = {};
  const inner: Record<string, Tree> = bind ? { create_host_path: scalar(true, at) } : {};
  for (const mode of modes ? modes.split(',') : []) {
    if (mode === 'ro' || mode === 'rw') {
      if (mode === 'ro') attributes['read_only'] = scalar(true, at);
    } else if (mode === 'nocopy' && !bind) inner['nocopy'] = scalar(true, at);
    else if ((mode === 'z' || mode === 'Z') && bind) inner['selinux'] = scalar(mode, at);
    else if (/^r?(?:private|shared|slave)$/.test(mode) && bind) inner['propagation'] = scalar(mode, at);
    else if (!['cached', 'delegated', 'consistent', 'z', 'Z'].includes(mode)) problem(tree, scope, `has the unknown option "${mode}"`);
    else if (mode.length > 1) attributes['consistency'] = scalar(mode, at);
  }
  return map(
    {
      type: scalar(bind ? 'bind' : 'volume', at),
      source: source === undefined ? undefined : scalar(source, at),
      target: scalar(target, at),
      ...attributes,
      [bind ? 'bind' : 'volume']: map(inner, at),
    },
    at,
  );
}

function isHostPath(source: string): boolean {
  return /^[./~]/.test(source);
}
