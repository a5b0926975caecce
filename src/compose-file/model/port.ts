import { problem, type Scope } from '../kinds/kind.ts';
import { listOf } from '../kinds/list-kind.ts';
import { loose, number, oneOf, text } from '../kinds/scalar-kinds.ts';
import { struct, withDefaults } from '../kinds/struct-kind.ts';
import { get, map, scalar, scalarText, type Tree } from '../tree.ts';

const portNumber = number({ integer: true, min: 1, max: 65535 });

const port = struct(
  {
    name: text,
    mode: oneOf(['host', 'ingress']),
    host_ip: text,
    target: portNumber,
    published: loose,
    protocol: text,
    app_protocol: text,
  },
  {
    required: ['target'],
    finish: (tree) => withDefaults(tree, { mode: scalar('ingress', tree.at), protocol: scalar('tcp', tree.at) }),
  },
);

/** Published ports: "[ip:][host[-range]:]container[-range][/protocol]" or mappings. Ranges become one port each. */
export const ports = listOf(port, { expand: expandPort, key: portKey });

/** Ports that other containers may use: "3000", "3000-3005/udp". */
export const expose = listOf(loose, { key: (item) => (item.kind === 'scalar' ? String(item.value) : undefined) });

function portKey(tree: Tree): string | undefined {
  const part = (name: string): string => {
    const value = get(tree, name);
    return value?.kind === 'scalar' ? String(value.value) : '';
  };
  return ['host_ip', 'published', 'target', 'protocol'].map(part).join('/');
}

function expandPort(tree: Tree, scope: Scope): readonly Tree[] {
  if (tree.kind !== 'scalar' || tree.value === null) return [tree];
  const parsed = parsePort(scalarText(tree));
  if (typeof parsed === 'string') {
    problem(tree, scope, parsed);
    return [];
  }
  return parsed.map(({ ip, target, published, protocol }) =>
    map(
      {
        mode: scalar('ingress', tree.at),
        host_ip: ip ? scalar(ip, tree.at) : undefined,
        target: scalar(target, tree.at),
        published: published ? scalar(published, tree.at) : undefined,
        protocol: scalar(protocol, tree.at),
      },
      tree.at,
    ),
  );
}

interface ShortPort {
  readonly ip: string;
  readonly target: number;
  readonly published: string;
  readonly protocol: string;
}

/** The ports of a short form, or what is wrong with it. A host range for one container port stays a range: the engine picks. */
function parsePort(value: string): readonly ShortPort[] | string {
  const [, ip4, ip6, host = '', container = '', protocol = 'tcp'] =
    /^(?:(?:([\d.]*|[a-z][\w.-]*)|\[([\da-fA-F:.%]+)\]):(?=[^/]*:|:))?(?:([\d-]*):)?([\d-]+)(?:\/([a-zA-Z]+))?$/.exec(value) ?? [];
  const targets = range(container);
  if (!targets) return `is no port: "${value}"; write [ADDRESS:][HOST:]CONTAINER[/PROTOCOL]`;
  if (!['tcp', 'udp', 'sctp'].includes(protocol.toLowerCase())) return `has the unknown protocol "${protocol}"`;
  const published = host === '' ? [] : range(host);
  if (!published) return `has the invalid host port "${host}"`;
  const common = { ip: ip4 ?? ip6 ?? '', protocol: protocol.toLowerCase() };
  if (published.length <= 1 || published.length === targets.length) {
    return targets.map((target, index) => ({ ...common, target, published: String(published[index] ?? '') }));
  }
  if (targets.length === 1) return [{ ...common, target: targets[0] ?? 0, published: host }];
  return `has ranges of different lengths: ${host} and ${container}`;
}

function range(text_: string): readonly number[] | undefined {
  const [, from, to] = /^(\d+)(?:-(\d+))?$/.exec(text_) ?? [];
  if (from === undefined) return undefined;
  const [first, last] = [Number(from), Number(to ?? from)];
  if (last < first || last > 65535) return undefined;
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
