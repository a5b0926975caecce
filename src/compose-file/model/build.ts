import { listOf, sameText } from '../kinds/list-kind.ts';
import { mapOf, assignment } from '../kinds/map-kind.ts';
import { pathUnless } from '../kinds/path-kind.ts';
import { bool, bytes, loose, text } from '../kinds/scalar-kinds.ts';
import { struct } from '../kinds/struct-kind.ts';
import { get, map, scalar, type Tree } from '../tree.ts';
import { fileReferences } from './file-reference.ts';
import { environment, hosts, labels, texts, textOrTexts } from './names.ts';
import { ulimits } from './ulimits.ts';

/** What stands in a context's place and is no folder: a URL, a repository, an image, another service. */
export function isRemoteContext(value: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(value) || /^(?:git@|github\.com\/|service:|target:)/.test(value);
}

const context = pathUnless(isRemoteContext);

const ssh = listOf(text, { key: sameText });

/** How a service's image is built. */
export const build = struct(
  {
    context,
    dockerfile: text,
    dockerfile_inline: text,
    entitlements: texts,
    args: environment,
    provenance: loose,
    sbom: loose,
    ssh: { ...ssh, canonical: (tree, scope) => ssh.canonical(tree.kind === 'map' ? pairs(tree) : tree, scope) },
    labels,
    cache_from: textOrTexts,
    cache_to: textOrTexts,
    no_cache: bool,
    no_cache_filter: textOrTexts,
    additional_contexts: mapOf(context, { item: assignment('') }),
    pull: bool,
    extra_hosts: hosts,
    isolation: text,
    network: text,
    target: text,
    secrets: fileReferences,
    shm_size: bytes,
    tags: textOrTexts,
    ulimits,
    platforms: textOrTexts,
    privileged: bool,
  },
  {
    short: (tree) => map({ context: tree }, tree.at),
    finish(tree, scope) {
      if (get(tree, 'dockerfile') && get(tree, 'dockerfile_inline')) {
        scope.problems.push({ at: tree.at, message: `${scope.path} can have only one of "dockerfile" and "dockerfile_inline"` });
      }
      return tree;
    },
  },
);

function pairs(tree: Tree & { kind: 'map' }): Tree {
  const items = [...tree.entries].map(([name, { value, at }]) =>
    scalar(value.kind === 'scalar' && value.value !== null ? `${name}=${String(value.value)}` : name, at),
  );
  return { kind: 'list', items, at: tree.at, tag: tree.tag };
}
