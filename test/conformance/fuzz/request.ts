import type { BodyShape, Endpoint } from './endpoint.ts';
import type { Random } from './random.ts';

/** A request as it goes over the wire. */
export interface FuzzRequest {
  readonly method: string;
  /** With version and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

const versions = ['', '/v1.51', '/v1.44', '/v1.41', '/v1.30', '/v1.24', '/v1.99', '/v0.1', '/vx'];
const hostile = [
  '',
  '.',
  '..',
  '../../etc/passwd',
  '/',
  '%',
  '%00',
  '\0',
  'a\nb',
  "'; DROP TABLE record; --",
  '<b>',
  '🐳',
  ' ',
  '-',
  '--help',
  '{}',
  'null',
  'sha256:',
  `sha256:${'f'.repeat(64)}`,
  'x'.repeat(5000),
  '__proto__',
  'constructor',
];
const numbers = ['0', '1', '-1', '2', '65536', '1e9', '9007199254740993', '-9223372036854775809', 'NaN', 'abc', '', '1.5', '0x10'];
const booleans = ['0', '1', 'true', 'false', 'yes', '2', ''];
const filters = [
  '{}',
  '[]',
  '{"status":["running"]}',
  '{"status":["flying"]}',
  '{"label":{"a":true}}',
  '{"until":["1h"]}',
  '{"nonsense":["x"]}',
  '{"id":[1]}',
  '{"dangling":["maybe"]}',
  '{',
  'null',
];
const paths = ['/', '/tmp', '/etc/passwd', '/nowhere', '../..', '/proc/self/root', '/tmp/../../..', ''];

/** Names of things that may be there, so that not every request ends at "no such container". */
export const knownNames = ['fuzz-running', 'fuzz-stopped', 'fuzz-net', 'fuzz-volume', 'busybox', 'busybox:latest', 'bridge', 'host', 'none', 'fuzz-new'];

export function fuzzRequest(endpoint: Endpoint, random: Random): FuzzRequest {
  const path = endpoint.path.replaceAll(/\{[^}]+\}/g, () => encodeURIComponent(random.oneIn(3) ? random.pick(hostile) : random.pick(knownNames)));
  const query = new URLSearchParams();
  for (const [name, type] of Object.entries(endpoint.query)) if (random.oneIn(2)) query.set(name, queryValue(name, type, random));
  if (random.oneIn(10)) query.set(random.pick(hostile), random.pick(hostile));
  const headers: Record<string, string> = {};
  for (const name of endpoint.headers)
    if (random.oneIn(2)) headers[name] = random.pick(['e30=', 'bm90IGpzb24', 'text/plain', '@@@', 'application/vnd.docker.raw-stream']);
  const body = endpoint.body === undefined && !random.oneIn(10) ? undefined : bodyOf(endpoint.body ?? 'any', random);
  if (body)
    headers['Content-Type'] = random.oneIn(8)
      ? random.pick(['text/plain', 'application/x-tar', 'json'])
      : endpoint.body === 'bytes'
        ? 'application/x-tar'
        : 'application/json';
  const search = query.size > 0 ? `?${query.toString()}` : '';
  return {
    method: random.oneIn(40) ? random.pick(['PATCH', 'PUT', 'HEAD', 'OPTIONS', 'DELETE']) : endpoint.method,
    target: `${random.pick(versions)}${path}${search}`,
    headers,
    ...(body && { body }),
  };
}

function queryValue(name: string, type: string, random: Random): string {
  if (name === 'filters') return random.pick(filters);
  if (name === 'path') return random.pick(paths);
  if (random.oneIn(4)) return random.pick(hostile);
  if (type === 'integer' || type === 'number') return random.pick(numbers);
  if (type === 'boolean') return random.pick(booleans);
  return random.pick([...knownNames, ...hostile]);
}

function bodyOf(shape: BodyShape, random: Random): Buffer {
  if (shape === 'bytes') return random.pick([Buffer.alloc(0), Buffer.from('no tar'), Buffer.alloc(1024), Buffer.alloc(300_000, 'x')]);
  switch (random.below(12)) {
    case 0:
      return Buffer.from('{"Image": "busybox", ');
    case 1:
      return Buffer.alloc(0);
    case 2:
      return Buffer.from('['.repeat(50_000));
    case 3:
      return Buffer.from(JSON.stringify(random.pick<unknown>([null, [], 'text', 7, true])));
    case 4:
      return Buffer.from(`{"Image":"busybox","Labels":{"a":"${'x'.repeat(3_000_000)}"}}`);
    default: {
      const value = valueOf(shape, random, 0);
      return Buffer.from(JSON.stringify(withoutDanger(value)));
    }
  }
}

function valueOf(shape: BodyShape, random: Random, depth: number): unknown {
  if (random.oneIn(12)) return random.pick<unknown>([null, -1, 'wrong', [], {}, true, 1e30, ['x', 1], { a: { b: 1 } }]);
  if (shape === 'string') return random.oneIn(2) ? random.pick(knownNames) : random.pick(hostile);
  if (shape === 'integer' || shape === 'number') return random.pick([0, 1, -1, 2, 512, 64 << 20, 2 ** 53, -(2 ** 40), 1.5]);
  if (shape === 'boolean') return random.oneIn(2);
  if (shape === 'any' || shape === 'bytes') return random.pick<unknown>([{}, [], 'x', 1, null]);
  if (isList(shape)) return Array.from({ length: random.below(3) }, () => valueOf(shape[0], random, depth + 1));
  const chosen = Object.entries(shape).filter(() => random.oneIn(depth === 0 ? 4 : 3));
  return Object.fromEntries(chosen.map(([name, inner]) => [name === '*' ? random.pick(hostile) : name, valueOf(inner, random, depth + 1)]));
}

function isList(shape: BodyShape): shape is readonly [BodyShape] {
  return Array.isArray(shape);
}

/** What a container that really starts must not be given on the machine of whoever runs this. */
const dangers = ['Privileged', 'PidMode', 'Devices', 'DeviceCgroupRules', 'CapAdd', 'Binds', 'Sysctls', 'Mounts'];

function withoutDanger(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('HostConfig' in value)) return value;
  const { HostConfig: host } = value;
  if (typeof host === 'object' && host !== null)
    for (const name of dangers) if (Reflect.get(host, name) === true || name === 'PidMode') Reflect.deleteProperty(host, name);
  return value;
}
