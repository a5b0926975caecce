import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { imageRooms } from '../../test/support/image-rooms.ts';
import { chainIds, digestOf, hexOf } from '../oci/index.ts';
import { fileEntry, tarBytes } from '../tar/index.ts';
import type { TarSource } from '../tar/index.ts';

const skip = process.getuid?.() === 0 ? false : 'needs root: unpacks layers with their owners';
const worker = fileURLToPath(new URL('../../test/support/image-worker.ts', import.meta.url));

/** An archive of two layers with some hundred files; the lower one is the same in all. */
async function archive(seed: number): Promise<Buffer> {
  const layers = await Promise.all(
    [0, seed].map((content) => tarBytes(Array.from({ length: 200 }, (_, index) => member(`f${index}`, `${content} ${index}`.repeat(500))))),
  );
  const config = JSON.stringify({ os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: layers.map((layer) => digestOf(layer)) } });
  const paths = layers.map((layer) => `blobs/sha256/${hexOf(digestOf(layer))}`);
  return await tarBytes([
    ...layers.map((layer, index) => member(paths[index] ?? '', layer)),
    member('c.json', config),
    member('manifest.json', JSON.stringify([{ Config: 'c.json', RepoTags: [`crash:${seed}`], Layers: paths }])),
  ]);
}

function member(path: string, contents: string | Buffer): TarSource {
  const body = Buffer.from(contents);
  return { entry: fileEntry(path, body.length), body };
}

/** Runs the worker until it works, and kills it a moment later. */
async function killAfter(ms: number, args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [worker, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  await delay(ms);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

test('SIGKILL at any moment leaves whole images, and nothing that the next start does not clear away', { skip }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-crash-'));
  const archives = await Promise.all(
    [1, 2].map(async (seed) => {
      const file = join(folder, `${seed}.tar`);
      writeFileSync(file, await archive(seed));
      return file;
    }),
  );
  try {
    for (const ms of [20, 70, 130, 200, 300]) {
      await killAfter(ms, [folder, ...archives]);
      const again = imageRooms({}, folder);
      for (const image of again.images.list({ all: true })) {
        assert.equal(digestOf(readFileSync(again.content.path(image.id))), image.id);
        for (const chain of chainIds(image.layers)) assert.equal(readdirSync(again.snapshots.layerDir(chain)).length, 200, `killed after ${ms} ms`);
      }
      for await (const { digest } of again.content.walk())
        assert.equal(
          `sha256:${createHash('sha256')
            .update(readFileSync(again.content.path(digest)))
            .digest('hex')}`,
          digest,
        );
      await again.images.collect({ olderThanMs: 0 });
      await again.snapshots.idle();
      const needed = new Set(again.images.list({ all: true }).flatMap((image) => [...chainIds(image.layers)]));
      assert.deepEqual(
        again.snapshots.layers().filter(({ chainId }) => !needed.has(chainId)),
        [],
      );
      for (const left of ['content/ingest', 'snapshots/making', 'snapshots/trash']) assert.deepEqual(readdirSync(join(folder, left)), [], left);
      again.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
