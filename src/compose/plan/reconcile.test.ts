import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reconcile } from './reconcile.ts';
import { container, observed, planText, projectOf } from './plan-rig.ts';

const shop = projectOf(`
services:
  web: {image: web, depends_on: {api: {condition: service_healthy}}, deploy: {replicas: 2}}
  api: {image: api, depends_on: {db: {condition: service_healthy}, migrate: {condition: service_completed_successfully}}}
  migrate: {image: api, depends_on: {db: {condition: service_healthy}}}
  db: {image: db, volumes: ["data:/d"]}
volumes: {data: }
`);

const lines = (text: string): string => text.replace(/^\n/, '').replaceAll(/^ {4}/gm, '');

test('an empty engine gets all of it, each after what it needs', () => {
  assert.equal(
    planText(shop, observed(shop, [], false)),
    lines(`
    1 create network p_default
    2 create volume p_data
    3 create container p-db-1 after 1, 2
    4 start container p-db-1 after 3
    5 create container p-migrate-1 after 1
    6 wait for db (healthy) after 4
    7 start container p-migrate-1 after 5, 6
    8 create container p-api-1 after 1
    9 wait for migrate (completed successfully) after 7
    10 start container p-api-1 after 6, 8, 9
    11 create container p-web-1 after 1
    12 wait for api (healthy) after 10
    13 start container p-web-1 after 11, 12
    14 create container p-web-2 after 1
    15 start container p-web-2 after 12, 14
`),
  );
});

test('nothing is done twice', () => {
  const there = observed(shop, [
    container(shop, 'web', 1),
    container(shop, 'web', 2),
    container(shop, 'api', 1),
    container(shop, 'migrate', 1, { state: 'exited' }),
    container(shop, 'db', 1),
  ]);
  assert.equal(
    planText(shop, there),
    lines(`
    - keep p-db-1
    - keep p-api-1
    - keep p-web-1
    - keep p-web-2
    1 wait for db (healthy)
    2 start container p-migrate-1 after 1
`),
  );
});

const small = projectOf('services: {a: {image: a}, b: {image: b, depends_on: [a]}}');

test('a changed service is replaced: the new container first, the old one as late as can be', () => {
  const there = observed(small, [container(small, 'a', 1, { hash: 'other' }), container(small, 'b', 1)]);
  assert.equal(
    planText(small, there),
    lines(`
    - keep p-b-1
    1 create container a10000000000_p-a-1 in place of p-a-1 (configuration changed)
    2 stop container p-a-1 after 1
    3 remove container p-a-1 after 2
    4 rename container a10000000000_p-a-1 to p-a-1 after 3
    5 start container p-a-1 after 4
`),
  );
});

test('why a container is replaced: its image, its network, or because it was asked for', () => {
  const reason = (there: Parameters<typeof planText>[1], options: Parameters<typeof planText>[2] = {}): string | undefined =>
    /in place of p-a-1.*?\((.*)\)/.exec(planText(small, there, options))?.[1];
  assert.equal(reason(observed(small, [container(small, 'a', 1, { image: 'sha256:0123456789abcdef' })])), 'image changed: 0123456789ab → image');
  assert.equal(reason(observed(small, [container(small, 'a', 1)]), { recreate: 'force' }), 'asked for by --force-recreate');
  const elsewhere = { ...container(small, 'a', 1), networks: { p_default: 'another' } };
  assert.equal(reason(observed(small, [elsewhere])), 'network p_default is another one now');
  assert.equal(reason(observed(small, [{ ...elsewhere, networks: {} }])), 'not connected to network p_default');
  assert.equal(reason(observed(small, [container(small, 'a', 1, { hash: 'other' })]), { recreate: 'never' }), undefined);
});

test('only what was named is forced; dependencies are left as they are', () => {
  const there = observed(small, [container(small, 'a', 1), container(small, 'b', 1)]);
  const text = planText(small, there, { named: ['b'], recreate: 'force', recreateDependencies: 'diverged' });
  assert.match(text, /^- keep p-a-1$/m);
  assert.match(text, /in place of p-b-1/);
});

test('more replicas fill the gaps, fewer take the outdated and the highest', () => {
  const three = projectOf('services: {a: {image: a, scale: 3}}');
  assert.match(
    planText(three, observed(three, [container(three, 'a', 1), container(three, 'a', 3)])),
    /^- keep p-a-1\n- keep p-a-3\n1 create container p-a-2\n2 start container p-a-2 after 1\n$/,
  );
  const one = projectOf('services: {a: {image: a, scale: 1}}');
  assert.equal(
    planText(one, observed(one, [container(one, 'a', 1, { hash: 'old' }), container(one, 'a', 2), container(one, 'a', 3, { state: 'exited' })])),
    lines(`
    - keep p-a-2
    1 remove container p-a-3 (fewer replicas are wanted)
    2 stop container p-a-1 (fewer replicas are wanted)
    3 remove container p-a-1 after 2 (fewer replicas are wanted)
`),
  );
});

test('start-first: the old container goes when the new one is healthy, one replica after the other', () => {
  const project = projectOf('services: {a: {image: a, scale: 2, deploy: {update_config: {order: start-first, delay: 2s}}}}');
  const there = observed(project, [container(project, 'a', 1, { hash: 'old' }), container(project, 'a', 2, { hash: 'old' })]);
  assert.equal(
    planText(project, there),
    lines(`
    1 create container a10000000000_p-a-1 in place of p-a-1 (configuration changed)
    2 start container a10000000000_p-a-1 after 1
    3 wait for container a10000000000_p-a-1 (healthy) after 2
    4 stop container p-a-1 after 3
    5 remove container p-a-1 after 4
    6 rename container a10000000000_p-a-1 to p-a-1 after 5
    7 wait 2s between replicas of a after 6
    8 create container a20000000000_p-a-2 in place of p-a-2 (configuration changed)
    9 start container a20000000000_p-a-2 after 7, 8
    10 wait for container a20000000000_p-a-2 (healthy) after 9
    11 stop container p-a-2 after 10
    12 remove container p-a-2 after 11
    13 rename container a20000000000_p-a-2 to p-a-2 after 12
`),
  );
});

test('start-first with a fixed port cannot be: two containers would want it', () => {
  const project = projectOf('services: {a: {image: a, ports: ["80:80"], deploy: {update_config: {order: start-first}}}}');
  const text = planText(project, observed(project, [container(project, 'a', 1, { hash: 'old' })]));
  assert.match(text, /2 stop container p-a-1 after 1\n/);
});

test('who shares the namespaces of a replaced container is replaced too; who only depends on it with restart is restarted', () => {
  const project = projectOf(`
services:
  a: {image: a}
  side: {image: s, network_mode: "service:a"}
  dep: {image: d, depends_on: {a: {condition: service_started, restart: true}}}
`);
  const there = observed(project, [container(project, 'a', 1, { hash: 'old' }), container(project, 'side', 1), container(project, 'dep', 1)]);
  const text = planText(project, there);
  assert.match(text, /create container side\w+_p-side-1 in place of p-side-1 after 4 \(shares namespaces or volumes with a, which is replaced\)/);
  assert.match(text, /stop container p-dep-1 \(a is replaced\)\n\d+ start container p-dep-1 after 5, \d+/);
});

test('orphans are warned about, or removed', () => {
  const there = observed(small, [container(small, 'a', 1), container(small, 'b', 1), container(small, 'gone', 1)]);
  const options = {
    images: new Map(),
    recreate: 'diverged',
    recreateDependencies: 'diverged',
    named: [],
    removeOrphans: false,
    inheritVolumes: true,
    start: true,
  } as const;
  assert.match(reconcile(small, there, options).warnings[0] ?? '', /^Found orphan containers \(\[p-gone-1\]\) for this project\./);
  assert.match(planText(small, there, { removeOrphans: true }), /stop container p-gone-1 \(no service of the project\)\n2 remove container p-gone-1 after 1/);
});

test('create only: nothing starts, nothing waits', () => {
  assert.equal(planText(small, observed(small, []), { start: false }), '1 create container p-a-1\n2 create container p-b-1\n');
});

test('a changed network is made anew, with all that are on it', () => {
  const project = projectOf('services: {a: {image: a}}\nnetworks: {default: {internal: true}}');
  const there = observed(project, [container(project, 'a', 1)]);
  const network = there.networks.get('p_default');
  const old = {
    ...there,
    networks: new Map([['p_default', { id: 'net-default', name: 'p_default', labels: { ...network?.labels, 'com.docker.compose.config-hash': 'old' } }]]),
  };
  assert.equal(
    planText(project, old),
    lines(`
    1 stop container p-a-1 (network p_default changed)
    2 remove container p-a-1 after 1 (network p_default changed)
    3 remove network p_default after 2 (configuration changed)
    4 create network p_default after 3
    5 create container p-a-1 after 4
    6 start container p-a-1 after 5
`),
  );
});

test('external networks and volumes must be there', () => {
  const project = projectOf('services: {a: {image: a, networks: [out]}}\nnetworks: {out: {external: true}}');
  assert.throws(() => planText(project, observed(project, [], false)), /network out declared as external, but could not be found/);
  const stored = projectOf('services: {a: {image: a, volumes: ["v:/v"]}}\nvolumes: {v: {external: true, name: there}}');
  assert.throws(() => planText(stored, observed(stored, [], false)), /external volume "there" not found/);
});

test('a paused container runs on, pre_start comes before the first start', () => {
  assert.match(
    planText(small, observed(small, [container(small, 'a', 1, { state: 'paused' }), container(small, 'b', 1)])),
    /^- keep p-b-1\n1 unpause container p-a-1\n$/,
  );
  const project = projectOf('services: {a: {image: a, scale: 2, pre_start: [{command: migrate}, {command: warm, per_replica: true}]}}');
  assert.equal(
    planText(project, observed(project, [])),
    lines(`
    1 create container p-a-1
    2 run pre_start 1 of p-a-1 after 1
    3 run pre_start 2 of p-a-1 after 2
    4 start container p-a-1 after 3
    5 create container p-a-2
    6 run pre_start 2 of p-a-2 after 5
    7 start container p-a-2 after 6
`),
  );
});
