import { type Kind, written } from '../kinds/kind.ts';
import { listOf } from '../kinds/list-kind.ts';
import { mapOf } from '../kinds/map-kind.ts';
import { path } from '../kinds/path-kind.ts';
import { anything, bool, integer, loose, nullable, text } from '../kinds/scalar-kinds.ts';
import { struct, valueStruct } from '../kinds/struct-kind.ts';
import { get, map, type Tree, withEntry } from '../tree.ts';
import { external, labels, options, resourceNames, textOrTexts } from './names.ts';
import { service } from './service.ts';

/** `external: {name: x}` is the old form of `external: true` and `name: x`. */
function oldExternal(tree: Tree): Tree {
  const name = get(get(tree, 'external'), 'name');
  return tree.kind === 'map' && name && !get(tree, 'name') ? withEntry(tree, 'name', name) : tree;
}

function resource(fields: Readonly<Record<string, Kind>>): Kind {
  const kind = struct(fields);
  return nullable({ ...kind, canonical: (tree, scope) => kind.canonical(oldExternal(tree), scope) });
}

const pool = struct({ subnet: text, gateway: text, ip_range: text, aux_addresses: options });

export const network = resource({
  name: text,
  driver: text,
  driver_opts: options,
  ipam: valueStruct(struct({ driver: text, config: listOf(pool), options })),
  external,
  internal: bool,
  attachable: bool,
  labels,
  enable_ipv4: written(bool),
  enable_ipv6: written(bool),
});

export const volume = resource({ name: text, driver: text, driver_opts: options, external, labels });

const fileObject = { name: text, file: path, environment: text, content: text, external, labels, driver: text, driver_opts: options, template_driver: text };

const { content: _content, ...secretFields } = fileObject;

const includeItem = struct(
  { path: textOrTexts, project_directory: text, env_file: textOrTexts },
  { short: (tree) => map({ path: tree }, tree.at), required: ['path'] },
);

const model = struct({ name: text, model: text, context_size: integer, runtime_flags: listOf(loose) }, { required: ['model'] });

const named = { names: resourceNames, extensions: true };

/** A whole Compose file. */
export const projectModel = struct({
  name: text,
  version: anything,
  include: listOf(includeItem),
  services: mapOf(service, named),
  networks: mapOf(network, named),
  volumes: mapOf(volume, named),
  secrets: mapOf(resource(secretFields), named),
  configs: mapOf(resource(fileObject), named),
  models: mapOf(model, named),
});
