import { type Kind } from '../kinds/kind.ts';
import { listOf, sameText } from '../kinds/list-kind.ts';
import { assignment, mapOf, type MapOptions } from '../kinds/map-kind.ts';
import { bool, loose, nullable, text } from '../kinds/scalar-kinds.ts';
import { scalar, scalarText, type Tree } from '../tree.ts';

/** Names of services, networks and all other things that a file declares. */
export const resourceNames = { pattern: /^[a-zA-Z0-9._-]+$/, what: 'valid name: use letters, digits, ".", "_" and "-"' };

/** A list of texts in which each counts once. */
export const texts: Kind = listOf(text, { key: sameText });

/** The same, of which one may stand alone. */
export const textOrTexts: Kind = listOf(text, { single: true, key: sameText });

/** Texts that may be written as numbers. */
export const looseTexts: Kind = listOf(loose, { key: sameText });

/** NAME → value or null, from a mapping or a list of NAME=value: environment and build arguments. */
export const environment: Kind = mapOf(nullable(loose), { item: assignment(null) });

/** name → text, from a mapping or a list of name=text: labels, sysctls, annotations. A name without a value has "". */
export const labels: Kind = mapOf(emptyForNull(loose), { item: assignment('') });

/** name → text: options of drivers. */
export const options: Kind = mapOf(emptyForNull(loose));

/** A list of "host=address", from host:address, host=address, [v6] and mappings. */
export const hosts: Kind = hostsKind();

/** true, false or a mapping with the old `name`. */
export const external: Kind = {
  ...bool,
  canonical: (tree, scope) => (tree.kind === 'map' ? scalar(true, tree.at) : bool.canonical(tree, scope)),
};

/** Items of a list that are names of a mapping with nothing said about them. */
export const nameAlone: NonNullable<MapOptions['item']> = (item) => (item.kind === 'scalar' ? [scalarText(item), scalar(null, item.at)] : undefined);

function emptyForNull(kind: Kind): Kind {
  return { ...kind, canonical: (tree, scope) => (tree.kind === 'scalar' && tree.value === null ? scalar('', tree.at) : kind.canonical(tree, scope)) };
}

function hostsKind(): Kind {
  const flat = listOf(text, { key: sameText, sorted: true });
  return {
    ...flat,
    canonical(tree, scope) {
      const items =
        tree.kind === 'map'
          ? [...tree.entries].flatMap(([name, { value }]) => hostEntries(name, value))
          : tree.kind === 'list'
            ? tree.items.map(hostEntry)
            : undefined;
      return flat.canonical(items ? { kind: 'list', items, at: tree.at, tag: tree.tag } : tree, scope);
    },
  };
}

function hostEntries(name: string, value: Tree): readonly Tree[] {
  const values = value.kind === 'list' ? value.items : [value];
  return values.map((one) => (one.kind === 'scalar' ? scalar(`${name}=${unbracket(scalarText(one))}`, one.at) : one));
}

function hostEntry(item: Tree): Tree {
  if (item.kind !== 'scalar' || typeof item.value !== 'string') return item;
  const [, name, address] = /^([^=:]+)[=:](.*)$/s.exec(item.value) ?? [];
  return name === undefined || address === undefined ? item : { ...item, value: `${name}=${unbracket(address)}` };
}

function unbracket(address: string): string {
  return address.replace(/^\[(.*)\]$/, '$1');
}
