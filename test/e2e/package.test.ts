import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { promisify } from 'node:util';

import { busyboxImage } from '../support/busybox-image.ts';
import { cannotRun } from './harness.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');

/** A program that uses the library as its types say. */
const typed = `import { createClient, startEngine } from 'slipway';
export async function names(): Promise<string[]> {
  await using engine = await startEngine({ onLog: (line: string) => void line });
  const list = await createClient({ host: engine.host }).containers.list({ all: true });
  return list.flatMap((container) => container.Names);
}
`;

test('npm pack makes a package that runs where it is installed: command line, library, types', { skip: cannotRun(), timeout: 240_000 }, async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-package-'));
  try {
    const packed = await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: root });
    await writeFile(join(folder, 'package.json'), '{"name":"user","private":true,"type":"module"}');
    await run(
      'npm',
      ['install', '--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts=false', join(folder, packed.stdout.trim().split('\n').at(-1) ?? '')],
      { cwd: folder },
    );

    await context.test('its command line answers', async () => {
      const { stdout } = await run(join(folder, 'node_modules/.bin/slipway'), ['--version']);
      assert.match(stdout, /^Slipway version \d+\.\d+\.\d+/i);
    });

    await context.test('its library runs the example', async () => {
      const archive = join(folder, 'busybox.tar');
      await pipeline(await busyboxImage(), createWriteStream(archive));
      await copyFile(join(root, 'examples/node-test/visits.test.ts'), join(folder, 'visits.test.ts'));
      const { NODE_TEST_CONTEXT: _, ...env } = process.env;
      const { stdout } = await run(process.execPath, ['--test', 'visits.test.ts'], { cwd: folder, env: { ...env, EXAMPLE_IMAGE: archive } }).catch(
        (error: { stdout: string }) => error,
      );
      assert.match(stdout, /pass 1\b/, stdout);
    });

    await context.test('its types are those of the library', async () => {
      await mkdir(join(folder, 'node_modules/@types'), { recursive: true });
      await symlink(join(root, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'));
      await writeFile(join(folder, 'names.ts'), typed);
      const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--lib', 'es2024,esnext.disposable', '--types', 'node'];
      const { stdout } = await run(join(root, 'node_modules/.bin/tsc'), [...flags, 'names.ts'], { cwd: folder }).catch((error: { stdout: string }) => error);
      assert.equal(stdout, '');
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
