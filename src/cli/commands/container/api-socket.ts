import { parseHost, type Client } from '../../../client/index.ts';
import { fileEntry, tarBytes } from '../../../tar/index.ts';
import { readCredentials } from '../../config/credentials.ts';
import type { Invocation } from '../../invocation.ts';
import type { CreateBody } from './create-body.ts';

const SOCKET = '/var/run/docker.sock';
const CONFIG = 'run/secrets/docker';

/** The request with the engine's socket mounted where every client looks for it, and the place of the credentials told. */
export function socketBody(body: CreateBody, host: string): CreateBody {
  const where = parseHost(host);
  if (where.kind !== 'unix') throw new Error(`--use-api-socket needs an engine at a unix socket, and this one is at ${host}`);
  const Mounts = [...(body.HostConfig.Mounts ?? []), { Type: 'bind' as const, Source: where.path, Target: SOCKET }];
  return { ...body, Env: [...(body.Env ?? []), `DOCKER_CONFIG=/${CONFIG}`], HostConfig: { ...body.HostConfig, Mounts } };
}

/** Copies the user's credentials into a container that has just been made; nothing where there are none. */
export async function copyCredentials({ config }: Invocation, client: Client, id: string): Promise<void> {
  const names = Object.keys(config().values.auths ?? {});
  if (names.length === 0) return;
  const auths = await Promise.all(
    names.map(async (name) => {
      const { username = '', password = '', identitytoken } = await readCredentials(config(), name);
      return [name, { auth: Buffer.from(`${username}:${password}`).toString('base64'), ...(identitytoken ? { identitytoken } : {}) }] as const;
    }),
  );
  const text = JSON.stringify({ auths: Object.fromEntries(auths) });
  await client.containers.archivePut(
    id,
    '/',
    await tarBytes([{ entry: fileEntry(`${CONFIG}/config.json`, Buffer.byteLength(text), { mode: 0o600 }), body: Buffer.from(text) }]),
  );
}
