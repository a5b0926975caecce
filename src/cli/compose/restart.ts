import type { ObservedContainer } from '../../compose/index.ts';
import { dependenciesFirst } from '../../compose/index.ts';
import type { Invocation } from '../invocation.ts';
import { eachContainer } from './each-container.ts';
import { containersOf } from './selection.ts';
import { projectOrName, timeoutSeconds } from './session.ts';

const words = { title: 'Restarting', begin: 'Restarting', end: 'Started' };

/** `compose restart`: restarts containers as they are; services that depend on them with `restart: true` follow. */
export async function run(call: Invocation): Promise<number> {
  const { flags, args } = call;
  const target = projectOrName(call);
  const client = await call.connect();
  const names = new Set(args);
  if (args.length && !flags.bool('no-deps')) {
    for (const service of Object.values(target.project?.services ?? {})) {
      if (Object.entries(service.depends_on ?? {}).some(([name, { restart }]) => restart === true && names.has(name))) names.add(service.name);
    }
  }
  const containers = await containersOf(client, target, [...names]);
  const groups: readonly (readonly ObservedContainer[])[] = dependenciesFirst(containers).map((group) => group.containers);
  for (const group of args.length ? groups : [groups.flat()]) {
    await eachContainer(call, client, group, words, (engine, { id }) => engine.containers.restart(id, { timeoutSeconds: timeoutSeconds(call) }));
  }
  return 0;
}
