import type { Client } from '../../client/index.ts';
import { ContextStore } from '../config/context-store.ts';
import { resolveEndpoint } from '../connect/endpoint.ts';
import { answers } from '../connect/open-client.ts';
import type { Invocation } from '../invocation.ts';
import type { Completion } from '../table/types.ts';

/** Names that the engine or the configuration knows, for a completion. An engine that does not run is not started for it: then there are none. */
export async function lookUpNames(call: Invocation, what: Completion): Promise<string[]> {
  if (what === 'context') return ['default', ...new ContextStore(call.config().directory).list().map(({ Name }) => Name)];
  const { host, own } = await resolveEndpoint(call.globals, call.config, call.env);
  if (own && !(await answers(host.replace('unix://', '')))) return [];
  const client = await call.connect();
  return await namesOf(client, what);
}

async function namesOf(client: Client, what: Completion): Promise<string[]> {
  switch (what) {
    case 'container':
    case 'running':
    case 'stopped': {
      const filters = what === 'stopped' ? { status: ['created', 'exited'] } : {};
      return (await client.containers.list({ all: what !== 'running', filters })).flatMap(({ Names }) => Names.map((name) => name.replace(/^\//, '')));
    }
    case 'image':
      return (await client.images.list()).flatMap(({ RepoTags }) => (RepoTags ?? []).filter((name) => name !== '<none>:<none>'));
    case 'network':
      return (await client.networks.list()).map(({ Name }) => Name);
    case 'volume':
      return ((await client.volumes.list()).Volumes ?? []).map(({ Name }) => Name);
    default:
      return [];
  }
}
