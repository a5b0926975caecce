import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const skip = process.getuid?.() === 0 ? false : 'mounts need root';

/** Launches a shell that shows what it finds of its group, which is the only argument. */
const program = `
#include "launch.h"
#include <fcntl.h>
#include <sys/wait.h>
int main(int argc, char **argv)
{
	char *show[] = { "sh", "-c", "cat $0/freezer.state || echo ordinary", argv[1], 0 };
	struct launch l = { .argv = show, .stdio = { -1, fcntl(1, F_DUPFD, 10), -1 }, .extra = { -1, -1, -1 }, .join = argv + 1 };
	int status;
	waitpid(launch(&l), &status, 0);
	return argc == 2 && WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}`;

/** A group of exactly that many bytes, made in a mount namespace of its own, where an ordinary file stands for "tasks". */
const script = `
mount -t tmpfs none /sys/fs/cgroup
group=/sys/fs/cgroup/freezer
mkdir $group && cd $group
add() { mkdir $1 && cd $1 && group=$group/$1; }
part=$(printf %0200d 0)
while [ $((SIZE - \${#group})) -gt 402 ]; do add $part; done
half=$(((SIZE - \${#group}) / 2))
add $(printf %0$((half - 1))d 0)
add $(printf %0$((SIZE - \${#group} - 1))d 0)
: > tasks
[ \${#group} = "$SIZE" ] && exec "$PROGRAM" "$group"`;

test('launch() enters groups whose paths the kernel can take, and leaves longer ones to the runtime', { skip }, (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-launch-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const binary = join(directory, 'program');
  writeFileSync(join(directory, 'program.c'), program);
  const sources = [join(directory, 'program.c'), join(import.meta.dirname, 'launch.c')];
  execFileSync(process.env['CC'] ?? 'cc', ['-O2', '-D_FORTIFY_SOURCE=2', '-I', import.meta.dirname, ...sources, '-o', binary]);
  const shown = (size: number): string =>
    execFileSync('unshare', ['--mount', 'sh', '-c', script], { env: { ...process.env, SIZE: String(size), PROGRAM: binary }, encoding: 'utf8' });
  assert.equal(shown(1000), 'THAWED\n');
  assert.equal(shown(4081), 'THAWED\n');
  for (const size of [4082, 4089]) assert.equal(shown(size), 'ordinary\n', `${size} bytes`);
});
