import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Project } from '../types.ts';
import { type LoadOptions, loadProject } from './load-project.ts';
import { memoryFiles } from './memory-files.ts';

function load(texts: Readonly<Record<string, string>>, options: Partial<LoadOptions> = {}): Project {
  const source = memoryFiles(Object.fromEntries(Object.entries(texts).map(([name, text]) => [`/p/${name}`, text])));
  return loadProject({ workingDir: '/p', env: { HOME: '/root' }, source, ...options });
}

function failure(texts: Readonly<Record<string, string>>, options: Partial<LoadOptions> = {}): string {
  try {
    load(texts, options);
  } catch (error) {
    return (error as Error).message;
  }
  return assert.fail('it loads');
}

test('short forms become long forms', () => {
  const { web } = load(
    {
      'compose.yaml': `
services:
  web:
    build: ./src
    command: npm start "a b"
    ports: ["8080:80", "127.0.0.1:9000-9001:90-91/udp", 3000]
    volumes: ["data:/data:ro", "./src:/src", "/anon", "~/x:/x:z"]
    environment: [A=1, B, "C="]
    depends_on: [db]
    networks: [front]
    ulimits: {nofile: 10, nproc: {soft: 1, hard: 2}}
    healthcheck: {test: curl x, interval: 90s}
    env_file: a.env
    tmpfs: /run
    devices: ["/dev/null"]
    extra_hosts: {a: 1.2.3.4, b: [5.6.7.8, "::1"]}
    secrets: [tok]
  db: {image: db}
volumes: {data: }
networks: {front: }
secrets: {tok: {file: ./tok}}
`,
      'a.env': 'FROM_FILE=1\nA=file\n',
    },
    { env: { HOME: '/root', B: 'b' } },
  ).services;
  assert.deepEqual(web?.build, { context: '/p/src', dockerfile: 'Dockerfile' });
  assert.deepEqual(web?.command, ['npm', 'start', 'a b']);
  assert.deepEqual(
    web?.ports?.map(({ host_ip: ip, published, target, protocol }) => [ip, published, target, protocol]),
    [
      [undefined, '8080', 80, 'tcp'],
      ['127.0.0.1', '9000', 90, 'udp'],
      ['127.0.0.1', '9001', 91, 'udp'],
      [undefined, undefined, 3000, 'tcp'],
    ],
  );
  assert.deepEqual(web?.volumes, [
    { type: 'volume', source: 'data', target: '/data', read_only: true, volume: {} },
    { type: 'bind', source: '/p/src', target: '/src', bind: { create_host_path: true } },
    { type: 'volume', target: '/anon', volume: {} },
    { type: 'bind', source: '/root/x', target: '/x', bind: { selinux: 'z', create_host_path: true } },
  ]);
  assert.deepEqual(web?.environment, { FROM_FILE: '1', A: '1', B: 'b', C: '' });
  assert.deepEqual(web?.depends_on, { db: { condition: 'service_started', required: true } });
  assert.deepEqual(web?.networks, { front: null });
  assert.deepEqual(web?.ulimits, { nofile: 10, nproc: { soft: 1, hard: 2 } });
  assert.deepEqual(web?.healthcheck, { test: ['CMD-SHELL', 'curl x'], interval: '1m30s' });
  assert.deepEqual(web?.devices, [{ source: '/dev/null', target: '/dev/null', permissions: 'rwm' }]);
  assert.deepEqual(web?.extra_hosts, ['a=1.2.3.4', 'b=5.6.7.8', 'b=::1']);
  assert.deepEqual(web?.secrets, [{ source: 'tok', target: '/run/secrets/tok' }]);
});

test('files merge: mappings deep, lists add up, ports and mounts by key, commands replace', () => {
  const { web } = load({
    'compose.yaml': `
services:
  web:
    image: a
    command: [one]
    environment: {A: 1, B: 2}
    ports: ["80:80", "81:81"]
    volumes: ["x:/x", "y:/y"]
    healthcheck: {test: [CMD, a], interval: 1s}
    logging: {driver: local, options: {max-size: 1m}}
    cap_add: [A]
volumes: {x: , y: , z: }
`,
    'compose.override.yaml': `
services:
  web:
    command: two
    environment: [B=3, C=4]
    ports: ["80:80", "82:82"]
    volumes: ["z:/y"]
    healthcheck: {test: b}
    logging: {driver: json-file, options: {max-file: 3}}
    cap_add: [A, B]
`,
  }).services;
  assert.deepEqual(web?.command, ['two']);
  assert.deepEqual(web?.environment, { A: '1', B: '3', C: '4' });
  assert.deepEqual(
    web?.ports?.map(({ published }) => published),
    ['80', '81', '82'],
  );
  assert.deepEqual(
    web?.volumes?.map(({ source, target }) => `${source}:${target}`),
    ['x:/x', 'z:/y'],
  );
  assert.deepEqual(web?.healthcheck, { test: ['CMD-SHELL', 'b'], interval: '1s' });
  assert.deepEqual(web?.logging, { driver: 'json-file', options: { 'max-file': '3' } });
  assert.deepEqual(web?.cap_add, ['A', 'B']);
});

test('!reset takes away, !override replaces', () => {
  const project = load({
    'compose.yaml': 'services: {web: {image: a, ports: ["80:80"], environment: {A: 1, B: 2}, command: x, depends_on: [db]}, db: {image: b}}',
    'compose.override.yaml':
      'services: {web: {ports: !override ["90:90"], environment: {A: !reset null}, command: !reset null, depends_on: !reset []}, db: !reset null}',
  });
  assert.deepEqual(Object.keys(project.services), ['web']);
  assert.deepEqual(
    project.services['web']?.ports?.map(({ published }) => published),
    ['90'],
  );
  assert.deepEqual(project.services['web']?.environment, { B: '2' });
  assert.equal(project.services['web']?.command, undefined);
  assert.equal(project.services['web']?.depends_on, undefined);
});

test('anchors, merge keys and x- attributes', () => {
  const project = load({
    'compose.yaml': `
x-base: &base {restart: always, environment: &env {A: 1}}
services:
  web: {<<: *base, image: a, x-own: 1}
  api: {<<: [*base, {init: true}], image: b, environment: {<<: *env, B: 2}}
`,
  });
  assert.equal(project.services['web']?.restart, 'always');
  assert.equal(project.services['api']?.init, true);
  assert.deepEqual(project.services['api']?.environment, { A: '1', B: '2' });
  assert.deepEqual(Object.keys(project.extensions), ['x-base']);
});

test('extends within a file, from another file, and in a chain', () => {
  const { web } = load({
    'compose.yaml': 'services: {web: {extends: {service: app, file: sub/base.yaml}, environment: {B: own}}}',
    'sub/base.yaml':
      'services: {app: {extends: root, environment: {A: app, B: app}, volumes: ["./d:/d"]}, root: {image: root, environment: {A: root, Z: root}, ports: ["1:1"]}}',
  }).services;
  assert.equal(web?.image, 'root');
  assert.deepEqual(web?.environment, { A: 'app', Z: 'root', B: 'own' });
  assert.equal(web?.volumes?.[0]?.source, '/p/sub/d');
  assert.equal(web?.ports?.length, 1);
});

test('include has its own folder and variables; the including file is laid over it', () => {
  const project = load({
    'compose.yaml': 'include: [sub/db.yaml]\nservices: {web: {image: a, depends_on: [db]}, db: {environment: {X: over}}}',
    'sub/db.yaml': 'services: {db: {image: "db:${TAG}", volumes: ["./init:/init"], environment: {X: sub, Y: "${OUTER:-none}"}}}',
    'sub/.env': 'TAG=from-sub\nOUTER=inner\n',
    '.env': 'OUTER=outer\n',
  });
  assert.equal(project.services['db']?.image, 'db:from-sub');
  assert.equal(project.services['db']?.volumes?.[0]?.source, '/p/sub/init');
  assert.deepEqual(project.services['db']?.environment, { X: 'over', Y: 'outer' });
});

test('two includes that disagree are an error', () => {
  const text = failure({
    'compose.yaml': 'include: [a.yaml, b.yaml]\nservices: {}',
    'a.yaml': 'services: {x: {image: a}}',
    'b.yaml': 'services: {x: {image: b}}',
  });
  assert.match(text, /:1:19: include: services\.x conflicts with imported resource/);
});

test('files from afar are refused by name, wherever they are named (CVE-2025-62725)', () => {
  const remote = 'oci://evil.example/app:1';
  const refused = new RegExp(`remote files are not supported: "${remote}"; fetch it and name the file$`);
  assert.match(failure({ 'compose.yaml': `include: ["${remote}"]\nservices: {}` }), refused);
  assert.match(failure({ 'compose.yaml': `services: {a: {extends: {file: "${remote}", service: b}}}` }), refused);
  assert.match(failure({}, { files: [remote] }), refused);
  assert.match(failure({}, { env: { COMPOSE_FILE: remote, COMPOSE_PATH_SEPARATOR: ';' } }), refused);
});

test('circles of includes, of extends and of dependencies are told', () => {
  assert.match(failure({ 'compose.yaml': 'include: [compose.yaml]\nservices: {}' }), /include cycle detected/);
  assert.match(failure({ 'compose.yaml': 'services: {a: {extends: b}, b: {extends: a}}' }), /circular reference/);
  assert.match(
    failure({ 'compose.yaml': 'services: {a: {image: x, depends_on: [b]}, b: {image: x, depends_on: [a]}}' }),
    /dependency cycle detected: a -> b -> a/,
  );
});

test('variables: shell over --env-file over .env; later files win', () => {
  const texts = {
    'compose.yaml': 'services: {web: {image: "${A}-${B}-${C}-${D:-d}"}}',
    '.env': 'A=dot\nB=dot\nC=dot\n',
    'x.env': 'A=x\nB=x\nC=x',
    'y.env': 'B=y\nC=y',
  };
  const image = (options: Partial<LoadOptions>): string | undefined => load(texts, options).services['web']?.image;
  assert.equal(image({ env: { C: 'shell' } }), 'dot-dot-shell-d');
  assert.equal(image({ env: { C: 'shell' }, envFiles: ['x.env', 'y.env'] }), 'x-y-shell-d');
});

test('an unset variable is warned about once', () => {
  const warnings: string[] = [];
  load({ 'compose.yaml': 'services: {web: {image: "x$NO", command: "$NO"}}' }, { warn: (message) => warnings.push(message) });
  assert.deepEqual(warnings, ['The "NO" variable is not set. Defaulting to a blank string.']);
});

test('the project is named by -p, COMPOSE_PROJECT_NAME, the file or the folder', () => {
  const texts = { 'compose.yaml': 'name: by-file\nservices: {web: {image: "$COMPOSE_PROJECT_NAME"}}' };
  assert.deepEqual([load(texts).name, load(texts).services['web']?.image], ['by-file', 'by-file']);
  assert.equal(load(texts, { env: { COMPOSE_PROJECT_NAME: 'by-env' } }).name, 'by-env');
  assert.equal(load(texts, { projectName: 'by-flag', env: { COMPOSE_PROJECT_NAME: 'by-env' } }).name, 'by-flag');
  assert.equal(load({ 'compose.yaml': 'services: {}' }).name, 'p');
  assert.match(failure(texts, { projectName: 'Bad Name' }), /invalid project name "Bad Name"/);
});

test('files are found upwards, by COMPOSE_FILE, with their override', () => {
  const texts = {
    'compose.yml': 'services: {a: {image: yml}}',
    'docker-compose.yml': 'services: {a: {image: old}}',
    'other.yaml': 'services: {a: {image: other}}',
  };
  const source = memoryFiles(Object.fromEntries(Object.entries(texts).map(([name, text]) => [`/p/${name}`, text])));
  const warnings: string[] = [];
  const up = loadProject({ workingDir: '/p/deep/er', env: {}, source, warn: (message) => warnings.push(message) });
  assert.deepEqual([up.composeFiles, up.workingDir], [['/p/compose.yml'], '/p']);
  assert.equal(warnings.length, 2);
  assert.equal(loadProject({ workingDir: '/p', env: { COMPOSE_FILE: 'compose.yml:other.yaml' }, source }).services['a']?.image, 'other');
  assert.throws(() => loadProject({ workingDir: '/q', env: {}, source }), /no configuration file provided: not found/);
});

test('profiles', () => {
  const texts = { 'compose.yaml': 'services: {a: {image: x}, b: {image: x, profiles: [dev]}, c: {image: x, profiles: [test, ci]}}' };
  const names = (options: Partial<LoadOptions>): string => Object.keys(load(texts, options).services).join();
  assert.equal(names({}), 'a');
  assert.equal(names({ profiles: ['dev'] }), 'a,b');
  assert.equal(names({ env: { COMPOSE_PROFILES: 'ci,dev' } }), 'a,b,c');
  assert.equal(names({ profiles: ['*'] }), 'a,b,c');
  assert.match(
    failure({ 'compose.yaml': 'services: {a: {image: x, depends_on: [b]}, b: {image: x, profiles: [dev]}}' }),
    /service b is required by a but is disabled\. Can be enabled by profiles \[dev\]/,
  );
});

test('problems have file, line and column, and the nearest known name; all are told at once', () => {
  const text = failure({
    'compose.yaml': [
      'services:',
      '  web:',
      '    imge: x',
      '    image: 12',
      '    ports: ["80:x"]',
      '    depends_on:',
      '      db: {condition: healthy}',
      '  db:',
      '    image: x',
      '    volums: []',
      'servces: {}',
      '',
    ].join('\n'),
  });
  assert.deepEqual(
    text.split('\n').map((line) => line.replace(/^.*?(?=:\d+:\d+:)/, '')),
    [
      ':3:5: services.web: unknown attribute "imge": did you mean "image"?',
      ':4:12: services.web.image must be a string, not a number: write it in quotes',
      ':5:13: services.web.ports[0] is no port: "80:x"; write [ADDRESS:][HOST:]CONTAINER[/PROTOCOL]',
      ':7:23: services.web.depends_on.db.condition must be one of "service_started", "service_healthy", "service_completed_successfully": did you mean "service_healthy"?',
      ':10:5: services.db: unknown attribute "volums": did you mean "volumes"?',
      ':11:1: unknown attribute "servces": did you mean "services"?',
    ],
  );
});

test('what does not fit together is told at its place', () => {
  const at = (text: string): string => failure({ 'compose.yaml': text }).replace(/^.*?(?=:\d+:\d+:)/, '');
  assert.match(at('services:\n  web:\n    depends_on: [x]'), /^:2:3: service "web" has neither an image nor a build context specified/);
  assert.match(
    at('services:\n  web:\n    image: x\n    networks:\n      frnt:\nnetworks: {front: }'),
    /^:5:7: service "web" refers to undefined network frnt: invalid compose project; did you mean "front"\?/,
  );
  assert.match(at('services:\n  web:\n    image: x\n    depends_on:\n      - dv\n  db: {image: x}'), /depends on undefined service "dv"/);
  assert.match(at('services:\n  web:\n    image: x\n    volumes: ["data:/x"]'), /refers to undefined volume data/);
  assert.match(
    at('services:\n  web:\n    image: x\n    network_mode: host\n    networks: [a]\nnetworks: {a: }'),
    /^:4:5: service web declares mutually exclusive/,
  );
  assert.match(at('services:\n  web:\n    image: x\n    container_name: abc\n    scale: 2'), /can't set container_name and scale/);
  assert.match(at('services: {web: {image: x}}\nsecrets: {s: {}}'), /secrets\.s: one of file, environment or external must be set/);
});

test('bad YAML is told with its place', () => {
  const at = (text: string): string => failure({ 'compose.yaml': text }).replace(/^.*?(?=:\d+:\d+:)/, '');
  assert.match(at('services:\n  web: {image: x\n'), /^:\d+:\d+: yaml: /);
  assert.match(at('services:\n  web: {image: x}\n  web: {image: y}\n'), /^:3:3: mapping key already defined/);
  assert.match(at('services:\n  web: {image: "${X"}\n'), /^:2:16: services\.web\.image: invalid interpolation format/);
  assert.match(at('a: &a [*a]'), /contains itself|unknown anchor|Unresolved alias/i);
  assert.match(failure({ 'compose.yaml': '- a' }), /top-level object must be a mapping/);
});

test('a small file that grows without end through aliases is refused', () => {
  const lines = ['x0: &x0 [a, a, a, a, a, a, a, a, a, a]'];
  for (let level = 1; level < 8; level++) lines.push(`x-${level}: &x${level} [${Array.from({ length: 10 }, () => `*x${level - 1}`).join(', ')}]`);
  assert.match(failure({ 'compose.yaml': `${lines.join('\n')}\nservices: {}` }), /excessive aliasing|Excessive alias/i);
});
