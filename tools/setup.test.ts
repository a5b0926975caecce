import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';

const setup = resolve(import.meta.dirname, 'setup');

/** Runs tools/setup where some programs answer otherwise, and `hidden` ones are not found. */
function runSetup(fakes: Record<string, string>): { status: number | null; stderr: string } {
  const bin = mkdtempSync(join(tmpdir(), 'slipway-setup-'));
  try {
    for (const program of ['bash', 'readlink', 'dirname', 'grep', 'id', 'uname']) symlinkSync(`/usr/bin/${program}`, join(bin, program));
    for (const [program, script] of Object.entries(fakes)) {
      rmSync(join(bin, program), { force: true });
      writeFileSync(join(bin, program), `#!/bin/bash\n${script}\n`);
      chmodSync(join(bin, program), 0o755);
    }
    const { status, stderr } = spawnSync('/bin/bash', [setup, 'start'], { env: { PATH: bin } });
    return { status, stderr: stderr.toString() };
  } finally {
    rmSync(bin, { recursive: true });
  }
}

const refusals: [string, Record<string, string>, RegExp][] = [
  ['another system', { uname: 'echo Darwin' }, /this is Darwin, containers need Linux/],
  ['another architecture', { uname: '[ "$1" = -s ] && echo Linux || echo riscv64' }, /architecture riscv64 is not supported\n.*x86_64 and aarch64/],
  ['somebody else than root', { id: '[ "$1" = -u ] && echo 1000 || echo ada' }, /needs root, you are ada\n.*sudo npm start/],
  ['a kernel without overlayfs', { id: 'echo 0', grep: 'exit 1', modprobe: 'exit 1' }, /kernel has no overlayfs\n.*CONFIG_OVERLAY_FS/],
  ['a system without apt', { id: 'echo 0', grep: 'exit 0' }, /missing: crun runc .*\n.*package manager/],
];
for (const [name, fakes, expected] of refusals) {
  test(`tools/setup refuses ${name} in words`, () => {
    const { status, stderr } = runSetup(fakes);
    assert.match(stderr, expected);
    assert.equal(status, 1);
  });
}
