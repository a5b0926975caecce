import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createWriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { startTestEngine } from '../test/e2e/harness.ts';
import { busyboxImage } from '../test/support/busybox-image.ts';
import { call } from './peer.ts';
import type { Peer } from './peer.ts';

const root = resolve(import.meta.dirname, '..');

/** The engines of a measurement, each with the same `busybox:latest`. Leaving the scope stops ours; what else ran before runs on. */
export interface Engines extends AsyncDisposable {
  readonly peers: readonly Peer[];
}

/** Ours with the shipped command line, the real Docker that DOCKER_HOST or tools/newest-docker gives, and podman where it is installed. */
export async function openEngines(): Promise<Engines> {
  await using undo = new AsyncDisposableStack();
  const engine = undo.use(await startTestEngine({ busybox: false }));
  const peers: Peer[] = [{ name: 'slipway', command: join(root, 'dist/slipway'), env: { SLIPWAY_HOST: engine.host } }, docker(undo), ...podman()];
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  undo.defer(() => rmSync(folder, { recursive: true }));
  const archive = join(folder, 'busybox.tar');
  await pipeline(await busyboxImage(), createWriteStream(archive));
  for (const peer of peers) call(peer, ['load', '-q', '-i', archive]);
  const kept = undo.move();
  return { peers, [Symbol.asyncDispose]: async () => await kept.disposeAsync() };
}

function docker(undo: AsyncDisposableStack): Peer {
  const given = process.env['DOCKER_HOST'];
  if (given) return { name: 'docker', command: 'docker', env: { DOCKER_HOST: given } };
  tool('start');
  undo.defer(() => void tool('stop'));
  const exported = [...tool('env').matchAll(/(\w+)=("?)([^\s"]*)\2/g)].map(
    ([, name = '', , value = '']) => [name, value.replace('$PATH', process.env['PATH'] ?? '')] as const,
  );
  const env = Object.fromEntries(exported);
  const folder = env['PATH']?.split(':')[0] ?? '';
  return { name: 'docker', command: join(folder, 'docker'), env };
}

function tool(verb: string): string {
  const { status, stdout, stderr } = spawnSync(join(root, 'tools/newest-docker'), [verb], { stdio: ['ignore', 'pipe', 'pipe'] });
  if (status !== 0) throw new Error(`tools/newest-docker ${verb}: ${stderr.toString()}`);
  return stdout.toString();
}

function podman(): Peer[] {
  const found = spawnSync('podman', ['version']).status === 0;
  return found ? [{ name: 'podman', command: 'podman', env: {} }] : [];
}
