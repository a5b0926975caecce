import { createReadStream } from 'node:fs';
import { type ContextMeta, ContextStore } from '../../config/context-store.ts';
import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';
import { readTar } from '../../../tar/index.ts';
import { checkContextName } from './context-options.ts';

const LIMIT_BYTES = 10 << 20;

/** `context import`: a context out of a tar archive that `context export` wrote. */
export async function run({ args, config, stdin, stdout, stderr }: Invocation): Promise<void> {
  const [name = '', source = ''] = args;
  checkContextName(name);
  const store = new ContextStore(config().directory);
  if (store.find(name)) throw new ExitError(1, `context ${JSON.stringify(name)} already exists`);
  const files = await readFiles(source === '-' ? stdin : createReadStream(source));
  const text = files.get('meta.json');
  if (text === undefined) throw new ExitError(1, 'invalid context: no metadata found');
  const tls = [...files].flatMap(([path, body]) => (/^tls\/docker\/[\w.-]+$/.test(path) ? [[path.slice('tls/docker/'.length), body] as const] : []));
  store.put({ ...(JSON.parse(text) as ContextMeta), Name: name }, Object.fromEntries(tls));
  stdout.write(`${name}\n`);
  stderr.write(`Successfully imported context ${JSON.stringify(name)}\n`);
}

async function readFiles(source: NodeJS.ReadableStream): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  let left = LIMIT_BYTES;
  for await (const { entry, body } of readTar(source as AsyncIterable<Buffer>)) {
    const chunks: Buffer[] = [];
    for await (const chunk of body) {
      left -= chunk.length;
      if (left < 0) throw new ExitError(1, 'the archive is larger than a context can be');
      chunks.push(chunk);
    }
    if (entry.type === 'file') files.set(entry.path, Buffer.concat(chunks).toString());
  }
  return files;
}
