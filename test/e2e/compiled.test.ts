import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const program = resolve(import.meta.dirname, '../../dist/slipway');

test(
  'the compiled command line loads nothing of the directory where it is called',
  { skip: existsSync(program) ? false : 'dist/slipway is not built' },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'slipway-compiled-'));
    try {
      await writeFile(join(folder, 'bunfig.toml'), 'preload = ["./preload.ts"]\n');
      await writeFile(join(folder, 'preload.ts'), 'console.log("a file of the directory ran");\n');
      await writeFile(join(folder, '.env'), 'SLIPWAY_HOST=unix:///from/dot/env.sock\n');
      const { SLIPWAY_HOST: _, DOCKER_HOST: __, ...env } = process.env;
      const { stdout } = await promisify(execFile)(program, ['context', 'ls'], { cwd: folder, env });
      assert.doesNotMatch(stdout, /a file of the directory ran|from\/dot\/env/);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
);
