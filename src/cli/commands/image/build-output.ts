import { createWriteStream, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Client } from '../../../client/index.ts';
import { unpack } from '../../copy/unpack.ts';
import { splitPair } from '../../flags/key-values.ts';
import { splitComma } from '../../parse/split-comma.ts';
import { ExitError } from '../../parse/usage-error.ts';
import { output as standard } from '../../terminal/standard-streams.ts';

/** Hands the result of a build on as --output asks: "type=local,dest=DIR" or "DIR" its files, "type=tar,dest=FILE" them as an archive, "type=docker|oci,dest=FILE" the image. */
export async function writeOutput(client: Client, image: string, output: string): Promise<void> {
  const fields = new Map(
    output.includes('=')
      ? splitComma(output).map(splitPair)
      : [
          ['type', 'local'],
          ['dest', output],
        ],
  );
  const type = fields.get('type') ?? 'local';
  const target = fields.get('dest') ?? '';
  if (type === 'image' || (type === 'docker' && target === '')) return;
  if (target === '') throw new ExitError(1, `--output ${output} names no destination: add ",dest=PATH"`);
  switch (type) {
    case 'local':
      return await withFiles(client, image, async (tar) => {
        mkdirSync(target, { recursive: true });
        await unpack(tar, { directory: resolve(target), from: '/', to: '.' }, { keepOwner: false });
      });
    case 'tar':
      return await withFiles(client, image, async (tar) => await pipeline(tar, outputStream(target)));
    case 'docker':
    case 'oci':
      return await pipeline(await client.images.save([image]), outputStream(target));
    default:
      throw new ExitError(1, `--output type ${JSON.stringify(type)} is not supported: "local", "tar", "docker", "oci" and "image" are`);
  }
}

function outputStream(target: string): NodeJS.WritableStream {
  return target === '-' ? standard.stdout : createWriteStream(target);
}

/** The files of an image are those of a container of it that never runs. */
async function withFiles(client: Client, image: string, use: (tar: AsyncIterable<Buffer>) => Promise<void>): Promise<void> {
  const { Id } = await client.containers.create({ Image: image, Cmd: ['/'] });
  try {
    await use(await client.containers.export(Id));
  } finally {
    await client.containers.remove(Id, { force: true, volumes: true });
  }
}
