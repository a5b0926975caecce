import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { cannotRun } from '../e2e/harness.ts';
import type { EngineCli } from './engine-cli.ts';
import { openEngine } from './engine-cli.ts';

const images = ['node:24-trixie-slim', 'nginx:trixie', 'postgres:17-trixie', 'python:3.13-slim-trixie', 'debian:trixie-slim', 'busybox:latest'];

suite('the base images keep the contract of the official ones', { skip: cannotRun() }, () => {
  const name = `base-images-${randomBytes(3).toString('hex')}`;
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  let opened: EngineCli | undefined;
  const engine = () => {
    assert.ok(opened, 'the engine runs');
    return opened;
  };
  const slipway = async (...args: string[]) => await engine().text(args);
  const fails = async (...args: string[]) => {
    const error: unknown = await slipway(...args).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof Error, `${args.join(' ')} succeeded`);
    return error.message;
  };
  before(async () => {
    opened = await openEngine();
    await engine().ensureBaseImages(images);
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await opened?.[Symbol.asyncDispose]();
  });

  test('images on the same base share its layer', async () => {
    const layers = await Promise.all(
      images.map(async (image) => JSON.parse(await slipway('image', 'inspect', '--format', '{{json .RootFS.Layers}}', image)) as string[]),
    );
    const [base] = layers[4] ?? [];
    for (const [index, image] of images.slice(0, 4).entries()) assert.deepEqual([layers[index]?.[0], layers[index]?.length], [base, 2], image);
  });

  test('node: a script, a flag or a program may follow the name; the user node is there', async () => {
    const node = ['run', '--rm', 'node:24-trixie-slim'];
    assert.match(await slipway(...node, '--version'), /^v24\./);
    assert.equal((await slipway(...node, '-e', 'console.log(6 * 7)')).trim(), '42');
    assert.match(await slipway(...node, 'npm', '--version'), /^11\./);
    assert.equal((await slipway('run', '--rm', '--user', 'node', 'node:24-trixie-slim', 'id', '-u')).trim(), '1000');
  });

  test('python: both names, pip, a certificate store', async () => {
    const python = ['run', '--rm', 'python:3.13-slim-trixie'];
    assert.match(
      await slipway(...python, 'python', '-c', 'import sys, ssl; print(sys.version_info[:2], ssl.create_default_context().cert_store_stats()["x509"] > 50)'),
      /\(3, 13\) True/,
    );
    assert.match(await slipway(...python, 'pip', '--version'), /^pip /);
  });

  test('nginx: templates are filled in, what lies in docker-entrypoint.d is run, it stops gracefully', async () => {
    mkdirSync(join(folder, 'templates'));
    mkdirSync(join(folder, 'entrypoint.d'));
    writeFileSync(join(folder, 'templates/default.conf.template'), 'server { listen 80; location / { return 200 "hello ${WHO} $request_uri"; } }\n');
    writeFileSync(join(folder, 'entrypoint.d/50-say.sh'), '#!/bin/sh\necho said by 50-say\n', { mode: 0o755 });
    writeFileSync(join(folder, 'entrypoint.d/60-set.envsh'), 'export SET_BY_ENVSH=1\n', { mode: 0o755 });
    const id = `${name}-nginx`;
    await slipway(
      'run',
      '--detach',
      '--name',
      id,
      '--env',
      'WHO=you',
      '--volume',
      `${folder}/templates:/etc/nginx/templates:ro`,
      '--volume',
      `${folder}/entrypoint.d/50-say.sh:/docker-entrypoint.d/50-say.sh:ro`,
      '--volume',
      `${folder}/entrypoint.d/60-set.envsh:/docker-entrypoint.d/60-set.envsh:ro`,
      'nginx:trixie',
    );
    try {
      const answer = await slipway('exec', id, 'curl', '-s', '--retry', '20', '--retry-connrefused', '--retry-delay', '1', 'http://127.0.0.1/x?y=1');
      assert.equal(answer, 'hello you /x?y=1');
      assert.match(await slipway('logs', id), /said by 50-say[\s\S]*ready for start up/);
      await slipway('stop', id);
      assert.equal((await slipway('inspect', '--format', '{{.State.ExitCode}} {{.Config.StopSignal}}', id)).trim(), '0 SIGQUIT');
    } finally {
      await slipway('rm', '--force', '--volumes', id);
    }
  });

  test('postgres: password from a file, database, start-up scripts of each kind; kept over a restart', async () => {
    mkdirSync(join(folder, 'initdb.d'));
    writeFileSync(join(folder, 'password'), 'from a file\n', { mode: 0o644 });
    writeFileSync(join(folder, 'initdb.d/1-table.sql'), 'create table made (by text);\n');
    writeFileSync(
      join(folder, 'initdb.d/2-row.sh'),
      `psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" -c "insert into made values ('a script')"\n`,
    );
    const id = `${name}-postgres`;
    await slipway(
      'run',
      '--detach',
      '--name',
      id,
      '--env',
      'POSTGRES_PASSWORD_FILE=/run/password',
      '--env',
      'POSTGRES_USER=ann',
      '--env',
      'POSTGRES_DB=plants',
      '--volume',
      `${folder}/password:/run/password:ro`,
      '--volume',
      `${folder}/initdb.d:/docker-entrypoint-initdb.d:ro`,
      '--health-cmd',
      'pg_isready --host=127.0.0.1',
      '--health-interval',
      '300ms',
      'postgres:17-trixie',
      '-c',
      'work_mem=5MB',
    );
    const query = async (sql: string) =>
      (
        await slipway(
          'exec',
          '--env',
          'PGPASSWORD=from a file',
          id,
          'sh',
          '-c',
          `until pg_isready -q -h 127.0.0.1; do sleep 0.1; done; psql -h "$(hostname -i)" -U ann -At -c "${sql}" plants`,
        )
      ).trim();
    try {
      assert.equal(await query('select by from made'), 'a script');
      assert.equal(await query('show work_mem'), '5MB', 'arguments reach the server');
      await slipway('restart', id);
      assert.equal(await query('select count(*) from made'), '1');
      assert.match(await slipway('logs', id), /init process complete; ready for start up[\s\S]*Skipping initialization/);
      await slipway('stop', id);
      assert.equal((await slipway('inspect', '--format', '{{.State.ExitCode}} {{.Config.StopSignal}}', id)).trim(), '0 SIGINT');
    } finally {
      await slipway('rm', '--force', '--volumes', id);
    }
  });

  test('postgres: without a password it says what to do; two of them are one too many', async () => {
    assert.match(await fails('run', '--rm', 'postgres:17-trixie'), /You must specify POSTGRES_PASSWORD/);
    assert.match(
      await fails('run', '--rm', '--env', 'POSTGRES_PASSWORD=a', '--env', 'POSTGRES_PASSWORD_FILE=/b', 'postgres:17-trixie'),
      /both POSTGRES_PASSWORD and POSTGRES_PASSWORD_FILE are set/,
    );
  });
});
