// Docker's command line and ours, against Docker's engine and ours: what each command prints, and its exit code.
// The reference is Docker's client on Docker's engine. Without one at hand (DOCKER_HOST, or tools/newest-docker start) its recorded answers count.
// SLIPWAY_CLI names another program to test than bin/slipway. CONFORMANCE_RECORD=1 records them anew and writes the table into test/conformance/README.md.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createClient } from '../../../src/client/index.ts';
import { cannotRun } from '../../e2e/harness.ts';
import { busyboxImage } from '../../support/busybox-image.ts';
import { engineUnderTest } from '../engine.ts';
import { compare, type Difference } from './compare.ts';
import { groups } from './groups.ts';
import { type Combination, type CommandResult, imageName, runGroup } from './run-group.ts';
import { writeTable } from './write-table.ts';

const root = join(import.meta.dirname, '../../..');
const recordFile = join(import.meta.dirname, 'reference.json');
const slipway = process.env['SLIPWAY_CLI'] ?? join(root, 'bin/slipway');
const recording = process.env['CONFORMANCE_RECORD'] === '1';

type Reference = Record<string, CommandResult[]>;

/** The real Docker to compare with: its client's path and its engine's address. */
function realDocker(): { program: string; host: string } | undefined {
  const given = process.env['DOCKER_HOST'];
  const beside = '/run/newest-docker/docker.sock';
  const host = given ?? (existsSync(beside) ? `unix://${beside}` : undefined);
  const program = [...(process.env['PATH'] ?? '').split(':'), '/run/newest-docker/bin']
    .map((folder) => join(folder, 'docker'))
    .find((file) => existsSync(file));
  if (host === undefined || program === undefined) return undefined;
  const answers = execFileSync(program, ['-H', host, 'version', '-f', '{{.Server.Version}}'], { encoding: 'utf8' }).startsWith('28.');
  return answers ? { program, host } : undefined;
}

async function loadImage(host: string): Promise<void> {
  await using client = createClient({ host });
  for await (const _ of client.images.load(await busyboxImage({ tags: [`${imageName}:latest`] }), { quiet: true }));
}

test('commands print what Docker prints', { skip: cannotRun() }, async (t) => {
  await using engine = await engineUnderTest();
  const docker = realDocker();
  await loadImage(engine.host);
  if (docker) await loadImage(docker.host);
  const ours: Combination = { name: 'slipway → slipway', program: slipway, host: engine.host };
  const others: Combination[] = docker
    ? [
        { name: 'docker → slipway', program: docker.program, host: engine.host },
        { name: 'slipway → docker', program: slipway, host: docker.host },
      ]
    : [];
  const recorded = existsSync(recordFile) ? (JSON.parse(readFileSync(recordFile, 'utf8')) as Reference) : {};
  const outcomes = new Map<string, Map<string, Difference[]>>();
  const only = process.env['CONFORMANCE_GROUP'];
  for (const group of groups.filter(({ name }) => !only || name === only)) {
    if (docker && recording) recorded[group.name] = await runGroup(group, { name: 'docker → docker', ...docker });
    const reference = recorded[group.name] ?? [];
    for (const combination of [ours, ...others]) {
      await t.test(`${combination.name}: ${group.name}`, async () => {
        const differences = compare(reference, await runGroup(group, combination));
        const byGroup = outcomes.get(combination.name) ?? new Map<string, Difference[]>();
        outcomes.set(combination.name, byGroup.set(group.name, differences));
        assert.equal(differences.map(({ command, text }) => `${command}\n    ${text}`).join('\n'), '');
      });
    }
  }
  if (!recording || !docker) return;
  writeFileSync(recordFile, `${JSON.stringify(recorded, undefined, 1)}\n`);
  if (!only) writeTable(join(root, 'test/conformance/README.md'), groups, outcomes);
});
