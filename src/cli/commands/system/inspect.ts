import { isEngineError } from '../../../base/index.ts';
import { type Client, segment } from '../../../client/index.ts';
import { inspectObjects } from '../../format/inspect.ts';
import { rawJson } from '../../format/raw-json.ts';
import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';

type Look = (client: Client, name: string, size: boolean) => Promise<string>;

const kinds: Readonly<Record<string, Look>> = {
  container: (client, name, size) => rawJson(client, `/containers/${segment(name)}/json`, { size: size || undefined }),
  image: (client, name) => rawJson(client, `/images/${segment(name)}/json`),
  network: (client, name) => rawJson(client, `/networks/${segment(name)}`),
  volume: (client, name) => rawJson(client, `/volumes/${segment(name)}`),
};

/** `inspect`: objects of any kind; a name is looked for among containers, images, networks and volumes, in that order. */
export async function run(call: Invocation): Promise<number> {
  const { flags, args } = call;
  const type = flags.string('type');
  if (type !== '' && !['config', 'container', 'image', 'network', 'node', 'plugin', 'secret', 'service', 'task', 'volume'].includes(type)) {
    throw new ExitError(
      1,
      `unknown type: ${JSON.stringify(type)}: must be one of "config", "container", "image", "network", "node", "plugin", "secret", "service", "task", "volume"`,
    );
  }
  if (type !== '' && !kinds[type])
    throw new ExitError(1, `there are no objects of type ${JSON.stringify(type)}: Slipway knows "container", "image", "network" and "volume"`);
  const client = await call.connect();
  const size = flags.bool('size');
  const look = kinds[type];
  return await inspectObjects(call, args, (name) => (look ? look(client, name, size) : lookEverywhere(client, name, size)));
}

async function lookEverywhere(client: Client, name: string, size: boolean): Promise<string> {
  for (const look of Object.values(kinds)) {
    try {
      return await look(client, name, size);
    } catch (error) {
      if (!isEngineError(error, 'NOT_FOUND')) throw error;
    }
  }
  throw new ExitError(1, `Error: No such object: ${name}`);
}
