import { createWriteStream, mkdirSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Client } from '../../../client/index.ts';
import { unpack } from '../../copy/unpack.ts';
import { keyValues } from '../../flags/key-values.ts';
import type { Invocation } from '../../invocation.ts';
import { splitComma } from '../../parse/split-comma.ts';
import { ExitError } from '../../parse/usage-error.ts';

/** Where the result of a build goes besides the engine: `--output type=local,dest=out`. */
export interface BuildOutput {
  readonly type: 'image' | 'local' | 'tar' | 'archive' | 'none';
  /** Folder or file; "-" is stdout. */
  readonly destination: string;
}

/** Reads `--output`; a bare path is a folder, "-" a tar on stdout. */
export function parseOutput(text: string): BuildOutput {
  if (text === '-') return { type: 'tar', destination: '-' };
  if (!text.includes('=')) return { type: 'local', destination: text };
  const fields = keyValues(splitComma(text));
  const type = fields['type'] ?? '';
  const destination = fields['dest'] ?? '';
  for (const name of Object.keys(fields)) if (!['type', 'dest', 'name'].includes(name)) throw new ExitError(1, `--output ${text}: "${name}" is not supported`);
  if (type === 'image' || (type === 'docker' && destination === '')) return { type: 'image', destination };
  if (type === 'cacheonly') return { type: 'none', destination };
  if (type === 'docker' || type === 'oci') return { type: 'archive', destination: needed(text, destination || '-') };
  if (type === 'local' || type === 'tar') return { type, destination: needed(text, destination || (type === 'tar' ? '-' : '')) };
  if (type === 'registry') throw new ExitError(1, `--output ${text} is not supported: use --push`);
  throw new ExitError(1, `invalid output type ${JSON.stringify(type)}: one of image, local, tar, docker, oci, cacheonly is needed`);
}

function needed(text: string, destination: string): string {
  if (destination === '') throw new ExitError(1, `--output ${text}: dest is required`);
  return destination;
}

/** Writes an image's files or archive to where `--output` says. */
export async function writeOutput(client: Client, imageId: string, { type, destination }: BuildOutput, call: Invocation): Promise<void> {
  if (type === 'image' || type === 'none') return;
  if (destination === '-' && call.stdout.isTTY) throw new ExitError(1, 'refusing to write output to a terminal: name a file, or redirect');
  if (type === 'archive') return await writeFile(await client.images.save([imageId]), destination, call);
  const { Id } = await client.containers.create({ Image: imageId, Cmd: ['-'], Entrypoint: ['-'] });
  try {
    const files = await client.containers.export(Id);
    if (type === 'tar') await writeFile(files, destination, call);
    else await writeFolder(files, destination);
  } finally {
    await client.containers.remove(Id, { force: true });
  }
}

async function writeFile(source: NodeJS.ReadableStream, destination: string, { stdout }: Invocation): Promise<void> {
  if (destination === '-') await pipeline(source, stdout, { end: false });
  else await pipeline(source, createWriteStream(destination));
}

async function writeFolder(files: AsyncIterable<Uint8Array>, destination: string): Promise<void> {
  mkdirSync(destination, { recursive: true });
  await unpack(files, { directory: destination, from: '/', to: '.' }, { keepOwner: process.getuid?.() === 0 });
}
