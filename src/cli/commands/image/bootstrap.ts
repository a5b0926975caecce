import { spawn } from 'node:child_process';
import { createReadStream, mkdirSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { isEngineError } from '../../../base/index.ts';
import type { Client } from '../../../client/index.ts';
import { installationRoot } from '../../connect/installation.ts';
import { runProgram } from '../../connect/run-program.ts';
import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';

/** `image bootstrap`: builds stand-ins for official base images on this machine and loads them into the engine. */
export async function run(call: Invocation): Promise<number> {
  const { args, flags } = call;
  const builder = join(installationRoot(), 'base-images/build');
  if (flags.bool('list')) return await runProgram(builder, ['--list']);
  if (args.length === 0) throw new ExitError(1, `Name an image to build, "node:24-trixie-slim" for example; "${call.path} --list" lists them all.`);
  const client = await call.connect();
  const names = flags.bool('missing') ? await missing(client, args) : args;
  if (names.length === 0) return 0;
  const archives = await build(call, builder, names);
  for (const archive of archives) await load(call, client, archive);
  return 0;
}

async function missing(client: Client, names: readonly string[]): Promise<string[]> {
  const checked = await Promise.all(names.map(async (name) => ((await isHere(client, name)) ? [] : [name])));
  return checked.flat();
}

async function isHere(client: Client, name: string): Promise<boolean> {
  try {
    await client.images.inspect(name);
    return true;
  } catch (error) {
    if (isEngineError(error, 'NOT_FOUND')) return false;
    throw error;
  }
}

/** Runs the builder; its progress goes to stderr, the paths of the archives come on its stdout. */
async function build({ flags, stderr }: Invocation, builder: string, names: readonly string[]): Promise<string[]> {
  const out = join(process.env['XDG_CACHE_HOME'] ?? `${process.env['HOME'] ?? '/root'}/.cache`, 'slipway/base-images');
  mkdirSync(out, { recursive: true });
  if (!flags.bool('quiet')) stderr.write(`Building stand-ins for official images from Debian packages: ${names.join(', ')}\n`);
  const child = spawn(builder, [...names, '--out', out, ...(flags.bool('force') ? ['--refresh'] : [])], { stdio: ['ignore', 'pipe', 'inherit'] });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new ExitError(1, `the images were not built: ${builder} ended with exit code ${code ?? 'of a signal'}`);
  return Buffer.concat(chunks)
    .toString()
    .split('\n')
    .filter((line) => line !== '');
}

async function load({ flags, stdout }: Invocation, client: Client, archive: string): Promise<void> {
  for await (const { stream } of client.images.load(createReadStream(archive, { highWaterMark: 1 << 20 }), { quiet: true })) {
    const name = /^Loaded image: (.*)$/m.exec(stream ?? '')?.[1];
    if (name) stdout.write(flags.bool('quiet') ? `${name}\n` : `Loaded image: ${name}\n`);
  }
}
