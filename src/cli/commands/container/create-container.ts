import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { isEngineError } from '../../../base/index.ts';
import type { ContainerCreateResponse } from '../../../api/index.ts';
import type { Client } from '../../../client/index.ts';
import type { Invocation } from '../../invocation.ts';
import type { CreateBody } from './create-body.ts';

/** Creates the container of run and create: downloads the image by the --pull rule, writes --cidfile, prints the engine's warnings. */
export async function createContainer(call: Invocation, client: Client, body: CreateBody): Promise<ContainerCreateResponse> {
  const { flags, stderr } = call;
  const cidFile = flags.string('cidfile');
  if (cidFile && existsSync(cidFile)) throw new Error(`container ID file found, make sure the other container isn't running or delete ${cidFile}`);
  if (flags.string('pull') === 'always') await pullImage(call, client, body.Image ?? '');
  if (flags.changed('kernel-memory')) stderr.write('WARNING: --kernel-memory has no effect: kernels no longer have this limit\n');
  const created = flags.bool('use-api-socket') ? await createWithSocket(call, client, body) : await createOrPull(call, client, body);
  for (const warning of created.Warnings ?? []) stderr.write(`WARNING: ${warning}\n`);
  if (cidFile) writeIdFile(cidFile, created.Id);
  return created;
}

/** Creates a container that can reach the engine: its socket is mounted, and the user's credentials are copied in. */
async function createWithSocket(call: Invocation, client: Client, body: CreateBody): Promise<ContainerCreateResponse> {
  const { socketBody, copyCredentials } = await import('./api-socket.ts');
  const created = await createOrPull(call, client, socketBody(body, client.connection.host));
  await copyCredentials(call, client, created.Id);
  return created;
}

async function createOrPull(call: Invocation, client: Client, body: CreateBody): Promise<ContainerCreateResponse> {
  const { flags, stderr } = call;
  const options = { name: flags.string('name') || undefined, platform: platformOf(call) };
  try {
    return await client.containers.create(body, options);
  } catch (error) {
    if (flags.string('pull') !== 'missing' || !isImageMissing(error)) throw error;
    const { familiarName } = await import('../../image-name.ts');
    if (!flags.bool('quiet')) stderr.write(`Unable to find image '${familiarName(body.Image ?? '')}' locally\n`);
    await pullImage(call, client, body.Image ?? '');
    return await client.containers.create(body, options);
  }
}

/** The platform that --platform or DOCKER_DEFAULT_PLATFORM asks for. */
export function platformOf({ flags, env }: Invocation): string | undefined {
  return flags.string('platform') || env['DOCKER_DEFAULT_PLATFORM'] || undefined;
}

function isImageMissing(error: unknown): boolean {
  return isEngineError(error, 'NOT_FOUND') && /^no such image|^image with reference/i.test(error.message);
}

async function pullImage(call: Invocation, client: Client, image: string): Promise<void> {
  const { pull } = await import('../image/pull-image.ts');
  await pull(call, client, image, { platform: platformOf(call), quiet: call.flags.bool('quiet'), out: call.stderr });
}

function writeIdFile(file: string, id: string): void {
  try {
    writeFileSync(file, id, { mode: 0o644 });
  } catch (cause) {
    rmSync(file, { force: true });
    throw new Error(`failed to create the container ID file: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
