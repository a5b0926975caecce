import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { engineUnderTest } from '../engine.ts';

const scenarios = join(import.meta.dirname, 'scenarios.py');
const skip = existsSync('/usr/lib/python3/dist-packages/docker') ? false : "Debian's package python3-docker is not installed";

test("python3-docker's scenarios", { skip }, async (context) => {
  await using engine = await engineUnderTest();
  const { output, errors } = await python({ DOCKER_HOST: engine.host });
  const lines = output.split('\n').filter(Boolean);
  assert.ok(lines.length >= 11, `only ${lines.length} scenarios ran:\n${output}${errors}`);
  for (const line of lines) {
    await context.test(line.replace(/^(not )?ok /, '').replace(/:.*$/, ''), () => assert.match(line, /^ok /, errors));
  }
});

function python(env: Record<string, string>): Promise<{ output: string; errors: string }> {
  return new Promise((resolve) => {
    execFile('/usr/bin/python3', [scenarios], { env: { ...process.env, ...env }, timeout: 120_000 }, (_, output, errors) => resolve({ output, errors }));
  });
}
