import { chmodSync, lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installationRoot } from '../../connect/installation.ts';
import { fileError } from '../../flags/env.ts';
import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';

const MARK = '# Made by "slipway system install-docker-alias".';

/** `system install-docker-alias`: a small script named "docker" that calls this program. */
export function run({ flags, stdout }: Invocation): Promise<void> {
  const file = join(flags.string('directory'), 'docker');
  const ours = isOurs(file);
  if (flags.bool('remove')) {
    if (ours === undefined) throw new ExitError(1, `there is no ${file}`);
    if (!ours) throw new ExitError(1, `${file} was not made by Slipway; it stays`);
    rmSync(file);
    stdout.write(`Removed ${file}\n`);
    return Promise.resolve();
  }
  if (ours === false && !flags.bool('force'))
    throw new ExitError(1, `${file} is there already and was not made by Slipway. Use --force to replace it, or --directory to put the alias elsewhere.`);
  try {
    rmSync(file, { force: true });
    writeFileSync(file, `#!/bin/sh\n${MARK}\nSLIPWAY_PROGRAM=docker exec ${JSON.stringify(join(installationRoot(), 'bin/slipway'))} "$@"\n`);
    chmodSync(file, 0o755);
  } catch (error) {
    throw new ExitError(1, fileError('write', file, error).message);
  }
  stdout.write(`Installed ${file}: "docker" now calls Slipway\n`);
  return Promise.resolve();
}

/** Whether the file is the alias of an earlier call; undefined when there is none. */
function isOurs(file: string): boolean | undefined {
  const there = lstatSync(file, { throwIfNoEntry: false });
  if (!there) return undefined;
  return there.isFile() && there.size < 1000 && readFileSync(file, 'utf8').includes(MARK);
}
