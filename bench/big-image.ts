import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FILES = 8000;
const FILE_BYTES = 12_000;

/** Writes a docker-archive of one gzip layer to `file`; its content differs from seed to seed and compresses about as programs do. */
export function bigImage(file: string, reference: string, seed: number): void {
  const work = mkdtempSync(join(tmpdir(), 'slipway-big-image-'));
  try {
    fill(join(work, 'root'), seed);
    tar(['-cf', join(work, 'layer.tar'), '-C', join(work, 'root'), '.']);
    const diffId = createHash('sha256')
      .update(readFileSync(join(work, 'layer.tar')))
      .digest('hex');
    const config = JSON.stringify({ architecture: 'amd64', os: 'linux', config: {}, rootfs: { type: 'layers', diff_ids: [`sha256:${diffId}`] } });
    const configName = `${createHash('sha256').update(config).digest('hex')}.json`;
    tar(['-czf', join(work, 'layer.tar.gz'), '-C', join(work, 'root'), '.']);
    writeFileSync(join(work, configName), config);
    writeFileSync(join(work, 'manifest.json'), JSON.stringify([{ Config: configName, RepoTags: [reference], Layers: ['layer.tar.gz'] }]));
    tar(['-cf', file, '-C', work, 'manifest.json', configName, 'layer.tar.gz']);
  } finally {
    rmSync(work, { recursive: true });
  }
}

function fill(root: string, seed: number): void {
  for (let index = 0; index < FILES; index++) {
    const folder = join(root, `folder-${index % 80}`);
    if (index < 80) mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${index}.bin`), content(seed, index));
  }
}

/** Half hash output, half its repetition: compresses to about a half. */
function content(seed: number, index: number): Buffer {
  const random = createHash('shake256', { outputLength: FILE_BYTES / 2 })
    .update(`${seed} ${index}`)
    .digest();
  return Buffer.concat([random, random]);
}

function tar(args: string[]): void {
  const { status, stderr } = spawnSync('tar', ['--sort=name', '--mtime=@0', ...args]);
  if (status !== 0) throw new Error(`tar ${args.join(' ')}: ${stderr.toString()}`);
}
