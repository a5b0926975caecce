import { writeFileSync } from 'node:fs';
import { ContextStore } from '../../config/context-store.ts';
import { fileError } from '../../flags/env.ts';
import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';
import { fileEntry, tarBytes } from '../../../tar/index.ts';

/** `context export`: a context with its TLS files as a tar archive. */
export async function run({ args, config, stdout, stderr }: Invocation): Promise<void> {
  const [name = '', target = `${name}.dockercontext`] = args;
  const store = new ContextStore(config().directory);
  const meta = store.get(name);
  const files = [
    ['meta.json', JSON.stringify(meta)] as const,
    ...Object.entries(store.tlsFiles(name)).map(([file, text]) => [`tls/docker/${file}`, text] as const),
  ];
  const tar = await tarBytes(files.map(([path, text]) => ({ entry: fileEntry(path, Buffer.byteLength(text)), body: Buffer.from(text) })));
  if (target === '-') {
    if (stdout.isTTY) throw new ExitError(1, 'cowardly refusing to export to a terminal, specify a file path');
    stdout.write(tar);
    return;
  }
  try {
    writeFileSync(target, tar, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    throw new ExitError(1, fileError('open', target, error).message);
  }
  stderr.write(`Written file ${JSON.stringify(target)}\n`);
}
