import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Client } from '../../src/client/index.ts';
import { ComposeFolder } from './compose-rig.ts';
import { cannotRun, startTestEngine } from './harness.ts';

const skip = cannotRun();

/** Lines of stderr without the blanks around them. */
const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

async function idOf(client: Client, name: string): Promise<string> {
  return (await client.containers.inspect(name)).Id;
}

test('compose', { skip, timeout: 600_000 }, async (t) => {
  await using engine = await startTestEngine();
  const { client, host } = engine;

  await t.test('up waits for conditions; ps, logs, exec, port, top, ls and down see the same project', async () => {
    await using folder = new ComposeFolder(host, {
      'compose.yaml': `
name: shop
services:
  web:
    image: busybox
    init: true
    command: sh -c 'cat /w/x > /tmp/page; echo serving; exec sleep 1000'
    volumes: ["work:/w"]
    depends_on: {migrate: {condition: service_completed_successfully}, db: {condition: service_healthy}}
    ports: ["127.0.0.1::8080"]
  migrate: {image: busybox, command: sh -c 'echo done > /w/x', volumes: ["work:/w"], depends_on: {db: {condition: service_healthy}}}
  db:
    image: busybox
    init: true
    command: sh -c 'touch /ready; exec sleep 1000'
    healthcheck: {test: [CMD, test, -f, /ready], interval: 1s, start_period: 10s, start_interval: 200ms}
volumes: {work: }
`,
    });
    const { code, stderr } = await folder.run(['up', '--detach', '--wait']);
    assert.equal(code, 0, stderr);
    const order = ['Container shop-db-1  Healthy', 'Container shop-migrate-1  Started', 'Container shop-migrate-1  Exited', 'Container shop-web-1  Started'];
    const at = order.map((line) => lines(stderr).indexOf(line));
    assert.deepEqual(
      at,
      at.toSorted((a, b) => a - b),
    );
    assert.ok(!at.includes(-1), stderr);
    assert.deepEqual((await folder.ok(['ps', '--format', '{{.Service}} {{.State}} {{.Health}}'])).split('\n'), ['db running healthy', 'web running ', '']);
    assert.match(await folder.ok(['ps', '--all', '--format', 'json']), /"ExitCode":0.*"Service":"migrate"/);
    assert.equal(await folder.ok(['exec', '-T', 'web', 'cat', '/tmp/page']), 'done\n');
    assert.equal((await folder.run(['exec', '-T', 'web', 'sh', '-c', 'exit 7'])).code, 7);
    assert.match(await folder.ok(['logs', 'web']), /^web-1 {2}\| serving\n$/);
    assert.match(await folder.ok(['port', 'web', '8080']), /^127\.0\.0\.1:\d+\n$/);
    assert.match(await folder.ok(['top']), /^SERVICE +# +UID/);
    assert.match(await folder.ok(['ls']), /^NAME +STATUS +CONFIG FILES\nshop +running\(2\) +\S+compose\.yaml\n$/);
    assert.deepEqual((await folder.ok(['images', '--quiet'])).split('\n').length, 2);
    await folder.ok(['down', '--volumes', '--timeout', '0']);
    assert.equal((await client.containers.list({ all: true })).length, 0);
    assert.ok(!(await client.networks.list()).some(({ Name }) => Name.startsWith('shop')));
    assert.deepEqual((await client.volumes.list()).Volumes, []);
  });

  await t.test('up again changes only what changed, says why, and keeps anonymous volumes', async () => {
    const file = (value: string): string => `
name: change
services:
  a: {image: busybox, init: true, command: sleep 1000, environment: {V: "${value}"}, volumes: ["/anon"]}
  b: {image: busybox, init: true, command: sleep 1000, depends_on: [a]}
`;
    await using folder = new ComposeFolder(host, { 'compose.yaml': file('1') });
    await folder.ok(['up', '-d']);
    await folder.ok(['exec', '-T', 'a', 'touch', '/anon/kept']);
    const before = { a: await idOf(client, 'change-a-1'), b: await idOf(client, 'change-b-1') };
    const again = await folder.run(['up', '-d']);
    assert.deepEqual(lines(again.stderr), ['Container change-a-1  Running', 'Container change-b-1  Running']);
    folder.write({ 'compose.yaml': file('2') });
    const dry = await folder.run(['up', '-d', '--dry-run']);
    assert.match(dry.stderr, /DRY-RUN MODE - {2}Container change-a-1 {2}create container \w+_change-a-1 in place of change-a-1 \(environment: ~V\)/);
    assert.equal(await idOf(client, 'change-a-1'), before.a);
    const { stderr } = await folder.run(['up', '-d']);
    assert.match(stderr, /Container change-a-1 {2}Recreate \(environment: ~V\)/);
    assert.notEqual(await idOf(client, 'change-a-1'), before.a);
    assert.equal(await idOf(client, 'change-b-1'), before.b);
    assert.equal(await folder.ok(['exec', '-T', 'a', 'ls', '/anon']), 'kept\n');
    await folder.ok(['up', '-d', '--scale', 'b=3']);
    assert.equal((await folder.ok(['ps', '-q', 'b'])).split('\n').length, 4);
    await folder.ok(['scale', 'b=1']);
    assert.equal((await folder.ok(['ps', '-q', 'b'])).split('\n').length, 2);
  });

  await t.test('stop, start, restart, pause, kill and rm', async () => {
    await using folder = new ComposeFolder(host, {
      'compose.yaml':
        'name: verbs\nservices:\n  a: {image: busybox, init: true, command: sleep 1000}\n  b: {image: busybox, init: true, command: sleep 1000, depends_on: [a]}\n',
    });
    await folder.ok(['create']);
    const states = async (): Promise<string> => (await folder.ok(['ps', '-a', '--format', '{{.Service}}={{.State}}'])).trim().replaceAll('\n', ' ');
    assert.equal(await states(), 'a=created b=created');
    await folder.ok(['start']);
    assert.equal(await states(), 'a=running b=running');
    await folder.ok(['pause', 'a']);
    assert.equal(await states(), 'a=paused b=running');
    await folder.ok(['unpause']);
    await folder.ok(['kill', 'b']);
    assert.equal(await states(), 'a=running b=exited');
    await folder.ok(['restart', '--timeout', '0']);
    assert.equal(await states(), 'a=running b=running');
    const { stderr } = await folder.run(['stop', '--timeout', '0']);
    assert.deepEqual(lines(stderr), [
      'Container verbs-b-1  Stopping',
      'Container verbs-b-1  Stopped',
      'Container verbs-a-1  Stopping',
      'Container verbs-a-1  Stopped',
    ]);
    await folder.ok(['rm', '--force']);
    assert.equal(await states(), '');
  });

  await t.test('configs and secrets have their owner and mode, in a read-only container too, and go with it', async () => {
    await using folder = new ComposeFolder(host, {
      'compose.yaml': `
name: files
services:
  a:
    image: busybox
    init: true
    user: "1000"
    read_only: true
    command: sleep 1000
    secrets: [{source: key, uid: "1000", gid: "1000", mode: 0400}, {source: env, target: other}]
    configs: [{source: conf, target: /etc/app/conf, mode: 0644}]
secrets: {key: {file: ./key.txt}, env: {environment: VALUE}}
configs: {conf: {content: "a=\${VALUE}\\n"}}
`,
      'key.txt': 'secret\n',
    });
    await folder.ok(['up', '-d'], { VALUE: 'v' });
    const listing = await folder.ok(
      ['exec', '-T', 'a', 'sh', '-c', "stat -c '%n %u:%g %a' /run/secrets/* /etc/app/conf; cat /run/secrets/key /run/secrets/other /etc/app/conf"],
      { VALUE: 'v' },
    );
    assert.equal(listing, '/run/secrets/key 1000:1000 400\n/run/secrets/other 0:0 444\n/etc/app/conf 0:0 644\nsecret\nva=v\n');
    const { stderr } = await folder.run(['up', '-d'], { VALUE: 'w' });
    assert.match(stderr, /Recreate \(content of a config or secret changed\)/);
    await folder.ok(['down', '--timeout', '0'], { VALUE: 'w' });
    assert.deepEqual((await client.volumes.list()).Volumes, [], 'no copy of the secret is left');
  });

  await t.test('attached: output with names, exit code of a service, Ctrl+C stops all', async () => {
    await using folder = new ComposeFolder(host, {
      'compose.yaml':
        'name: seen\nservices:\n  one: {image: busybox, command: sh -c "echo hello; echo problem >&2; exit 3"}\n  long-name: {image: busybox, init: true, command: sh -c "echo up; exec sleep 1000", depends_on: [one]}\n',
    });
    const first = await folder.run(['up', '--exit-code-from', 'one']);
    assert.equal(first.code, 3, first.stderr);
    assert.match(first.stdout, /^Attaching to long-name-1, one-1$/m);
    assert.match(first.stdout, /^one-1 {8}\| hello$/m);
    assert.match(first.stderr, /^one-1 {8}\| problem$/m);
    assert.match(first.stdout, /^one-1 exited with code 3$/m);
    const second = folder.start(['up']);
    await second.said(/long-name-1 {2}\| up/);
    second.signal('SIGINT');
    const { code, stdout } = await second.ended;
    assert.equal(code, 130);
    assert.match(stdout, /Gracefully Stopping\.\.\. press Ctrl\+C again to force/);
    assert.equal(await folder.ok(['ps', '-q']), '');
  });

  await t.test('logs -f goes on with containers that come later, and ends with the last one', async () => {
    await using folder = new ComposeFolder(host, {
      'compose.yaml': 'name: follow\nservices:\n  a: {image: busybox, init: true, command: sh -c "echo first; exec sleep 1000"}\n',
    });
    await folder.ok(['up', '-d']);
    const following = folder.start(['logs', '--follow', '--no-color']);
    await following.said(/a-1 {2}\| first/);
    await folder.ok(['up', '-d', '--scale', 'a=2']);
    await following.said(/a-2 {2}\| first/);
    await folder.ok(['stop', '--timeout', '0']);
    assert.equal((await following.ended).code, 0);
  });

  await t.test('start-first: the new container runs before the old one stops', async () => {
    const file = (value: string): string =>
      `name: roll\nservices:\n  a: {image: busybox, init: true, command: sleep 1000, environment: {V: "${value}"}, healthcheck: {test: "true", interval: 1s, start_period: 10s, start_interval: 200ms}, deploy: {update_config: {order: start-first}}}\n`;
    await using folder = new ComposeFolder(host, { 'compose.yaml': file('1') });
    await folder.ok(['up', '-d', '--wait']);
    const stop = new AbortController();
    const events = await client.system.eventsReady({ filters: { type: ['container'], event: ['start', 'die'] }, signal: stop.signal });
    const seen: string[] = [];
    const watching = (async () => {
      for await (const { Action } of events) {
        seen.push(Action);
        if (Action === 'die') stop.abort();
      }
    })().catch(() => undefined);
    folder.write({ 'compose.yaml': file('2') });
    await folder.ok(['up', '-d']);
    await watching;
    assert.deepEqual(seen, ['start', 'die']);
    folder.write({ 'compose.yaml': file('3').replace('"true"', '"false"').replace('start_period: 10s, start_interval: 200ms', 'retries: 1') });
    const failed = await folder.run(['up', '-d']);
    assert.equal(failed.code, 1);
    assert.match(failed.stderr, /new container of service "a" was removed, the old one goes on: container \S+ is unhealthy/);
    assert.equal(await folder.ok(['exec', '-T', 'a', 'sh', '-c', 'echo $V']), '2\n');
  });

  await t.test('a dependency that fails is told, and what needs it does not start', async () => {
    await using folder = new ComposeFolder(host, {
      'compose.yaml':
        'name: broken\nservices:\n  a: {image: busybox, init: true, command: sleep 1000, healthcheck: {test: "false", interval: 300ms, retries: 1}}\n  b: {image: busybox, command: sleep 1000, depends_on: {a: {condition: service_healthy}}}\n',
    });
    const { code, stderr } = await folder.run(['up', '-d']);
    assert.equal(code, 1);
    assert.match(stderr, /dependency failed to start: container broken-a-1 is unhealthy/);
    assert.equal((await client.containers.inspect('broken-b-1')).State.Status, 'created');
  });

  await t.test('run: a one-off container after its dependencies, with its exit code', async () => {
    await using folder = new ComposeFolder(host, {
      'compose.yaml':
        'name: once\nservices:\n  app: {image: busybox, command: "echo default", environment: {A: "1"}, depends_on: [db]}\n  db: {image: busybox, init: true, command: sleep 1000}\n',
    });
    const { code, stdout } = await folder.run(['run', '--rm', '-e', 'B=2', 'app', 'sh', '-c', 'echo $A$B; nslookup db >/dev/null 2>&1 && echo found; exit 4']);
    assert.deepEqual([code, stdout], [4, '12\nfound\n']);
    assert.equal(await folder.ok(['run', '--rm', '--no-deps', 'app']), 'default\n');
    assert.deepEqual((await folder.ok(['ps', '-a', '--format', '{{.Name}}'])).trim(), 'once-db-1');
  });

  await t.test('build: secrets, arguments, a context that is another service', async () => {
    await using folder = new ComposeFolder(host, {
      'compose.yaml': `
name: made
services:
  app:
    build: {context: ., args: {WHO: world}, secrets: [token], additional_contexts: {base: "service:base"}}
    init: true
    command: sleep 1000
  base: {build: ./base, profiles: [never]}
secrets: {token: {file: ./token}}
`,
      token: 's3cret',
      Dockerfile: 'FROM base\nARG WHO\nRUN --mount=type=secret,id=token wc -c < /run/secrets/token > /size && echo "hello $WHO" > /who\n',
      'base/Dockerfile': 'FROM busybox\nRUN echo base > /base\n',
    });
    await folder.ok(['up', '-d']);
    assert.equal(await folder.ok(['exec', '-T', 'app', 'cat', '/base', '/who', '/size']), 'base\nhello world\n6\n');
    assert.match(await folder.ok(['config', '--images']), /^made-app\n$/);
  });

  await t.test('watch brings changes into the container', async () => {
    await using folder = new ComposeFolder(host, {
      'compose.yaml':
        'name: seen2\nservices:\n  a: {image: busybox, init: true, command: sleep 1000, develop: {watch: [{path: ./src, action: sync, target: /app, ignore: ["*.tmp"], initial_sync: true}]}}\n',
      'src/first': '1',
    });
    const watch = folder.start(['watch']);
    await watch.said(/Syncing service "a" complete/);
    assert.equal(await folder.ok(['exec', '-T', 'a', 'ls', '/app']), 'first\n');
    folder.write({ 'src/second': '2', 'src/x.tmp': 'no' });
    await watch.said(/complete[\s\S]*Syncing service "a" complete/);
    assert.equal(await folder.ok(['exec', '-T', 'a', 'ls', '/app']), 'first\nsecond\n');
    watch.signal('SIGINT');
    assert.equal((await watch.ended).code, 130);
  });

  await t.test('a file that is wrong is told with its place, and nothing is made', async () => {
    await using folder = new ComposeFolder(host, { 'compose.yaml': 'name: wrong\nservices:\n  web:\n    imge: busybox\n    ports: ["80:x"]\n' });
    const { code, stderr } = await folder.run(['up', '-d']);
    assert.equal(code, 1);
    assert.deepEqual(lines(stderr), [
      'compose.yaml:4:5: services.web: unknown attribute "imge": did you mean "image"?',
      'compose.yaml:5:13: services.web.ports[0] is no port: "80:x"; write [ADDRESS:][HOST:]CONTAINER[/PROTOCOL]',
    ]);
    assert.ok(!(await client.networks.list()).some(({ Name }) => Name.startsWith('wrong')));
    folder.write({ 'compose.yaml': 'name: wrong\nservices: {}\n' });
  });

  await t.test('attributes that nobody can honour are refused or told by name', async () => {
    await using folder = new ComposeFolder(host, { 'compose.yaml': 'name: odd\nservices:\n  a: {image: busybox, provider: {type: cloud}}\n' });
    assert.match((await folder.run(['up', '-d'])).stderr, /service "a": unsupported attribute "provider"/);
    folder.write({ 'compose.yaml': 'name: odd\nservices:\n  a: {image: busybox, command: "true", deploy: {placement: {constraints: ["x==y"]}}}\n' });
    assert.match((await folder.run(['up', '-d'])).stderr, /level=warning msg="service \\"a\\": \\"deploy\.placement\\" is only for Swarm and ignored"/);
  });
});

test('compose with nobody there', { timeout: 60_000 }, async () => {
  await using folder = new ComposeFolder('unix:///nowhere/at.all', { 'compose.yaml': 'services: {a: {image: busybox}}\n' });
  const running = folder.start(['ps']);
  const { code, stderr } = await running.ended;
  assert.equal(code, 1);
  assert.match(stderr, /unix:\/\/\/nowhere\/at\.all/);
});
