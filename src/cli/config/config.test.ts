import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { Flags } from '../parse/flags.ts';
import { resolveEndpoint } from '../connect/endpoint.ts';
import { readConfig } from './config-file.ts';
import { ContextStore } from './context-store.ts';
import { eraseCredentials, readCredentials, storeCredentials } from './credentials.ts';

function directory(t: TestContext, config?: object): string {
  const path = mkdtempSync(join(tmpdir(), 'slipway-config-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  if (config) writeFileSync(join(path, 'config.json'), JSON.stringify(config));
  return path;
}

test('ConfigFile.save() keeps keys that it does not know, and other people out', (t) => {
  const path = directory(t, { psFormat: 'x', plugins: { a: 1 } });
  readConfig(path).save({ currentContext: 'work', psFormat: undefined });
  assert.deepEqual(JSON.parse(readFileSync(join(path, 'config.json'), 'utf8')), { plugins: { a: 1 }, currentContext: 'work' });
  assert.equal(statSync(join(path, 'config.json')).mode & 0o777, 0o600);
});

test('credentials live in config.json where there is no helper', async (t) => {
  const path = directory(t);
  await storeCredentials(readConfig(path), 'localhost:5000', { username: 'ada', password: 'se:cret' });
  await storeCredentials(readConfig(path), 'docker.io', { username: 'ada', identitytoken: 'token' });
  assert.deepEqual(await readCredentials(readConfig(path), 'localhost:5000'), { username: 'ada', password: 'se:cret', serveraddress: 'localhost:5000' });
  assert.equal((await readCredentials(readConfig(path), 'docker.io')).identitytoken, 'token');
  assert.equal(await eraseCredentials(readConfig(path), 'localhost:5000'), true);
  assert.deepEqual(await readCredentials(readConfig(path), 'localhost:5000'), {});
});

test('credentials go through the helper that config.json names', async (t) => {
  const path = directory(t, { credHelpers: { 'registry.example': 'test' } });
  const helper = join(path, 'docker-credential-test');
  writeFileSync(
    helper,
    `#!/bin/sh\ninput=$(cat)\ncase $1 in\n  store) printf '%s' "$input" > "${path}/stored" ;;\n  get) [ -f "${path}/stored" ] && cat "${path}/stored" || { echo 'credentials not found in native keychain'; exit 1; } ;;\n  erase) rm -f "${path}/stored" ;;\nesac\n`,
  );
  chmodSync(helper, 0o755);
  const before = process.env['PATH'];
  process.env['PATH'] = `${path}${delimiter}${before ?? ''}`;
  t.after(() => void (process.env['PATH'] = before));
  assert.deepEqual(await readCredentials(readConfig(path), 'registry.example'), {});
  await storeCredentials(readConfig(path), 'registry.example', { username: 'ada', password: 'secret' });
  assert.deepEqual(await readCredentials(readConfig(path), 'registry.example'), { username: 'ada', password: 'secret', serveraddress: 'registry.example' });
  assert.doesNotMatch(readFileSync(join(path, 'config.json'), 'utf8'), /secret/);
  await eraseCredentials(readConfig(path), 'registry.example');
  assert.deepEqual(await readCredentials(readConfig(path), 'registry.example'), {});
});

test('resolveEndpoint() prefers -H, then -c, the environment, and the context in use', async (t) => {
  const path = directory(t, { currentContext: 'work' });
  new ContextStore(path).put({ Name: 'work', Metadata: {}, Endpoints: { docker: { Host: 'tcp://work:2375', SkipTLSVerify: false } } });
  const host = async (given: Record<string, string>, env: NodeJS.ProcessEnv): Promise<string> => {
    const flags = new Flags();
    for (const [name, value] of Object.entries(given)) flags.add(name, value);
    return (await resolveEndpoint(flags, () => readConfig(path), env)).host;
  };
  assert.equal(await host({}, {}), 'tcp://work:2375');
  assert.equal(await host({}, { SLIPWAY_HOST: 'unix:///a', DOCKER_HOST: 'unix:///b' }), 'unix:///a');
  assert.equal(await host({}, { DOCKER_HOST: 'unix:///b' }), 'unix:///b');
  assert.equal(await host({ context: 'work' }, { SLIPWAY_HOST: 'unix:///a' }), 'tcp://work:2375');
  assert.equal(await host({ context: 'default' }, {}), 'unix:///run/slipway/slipway.sock');
  assert.equal(await host({ host: 'machine' }, { SLIPWAY_HOST: 'unix:///a' }), 'tcp://machine:2375');
  await assert.rejects(host({ context: 'nope' }, {}), /context "nope": context not found/);
});
