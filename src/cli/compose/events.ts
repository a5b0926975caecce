import { label } from '../../compose/index.ts';
import { engineTime } from '../flags/engine-time.ts';
import type { Invocation } from '../invocation.ts';
import { projectOrName } from './session.ts';

/** `compose events`: what happens to the project's containers, as it happens. */
export async function run(call: Invocation): Promise<void> {
  const { flags, args, stdout } = call;
  const { name } = projectOrName(call);
  const client = await call.connect();
  const events = client.system.events({
    since: engineTime(flags.string('since'), 'since'),
    until: engineTime(flags.string('until'), 'until'),
    filters: { type: ['container'], label: [`${label.project}=${name}`] },
  });
  for await (const { Actor, Action, Type, timeNano } of events) {
    const service = Actor.Attributes[label.service] ?? '';
    if (Actor.Attributes[label.oneOff] === 'True' || (args.length && !args.includes(service)) || Action.startsWith('attach')) continue;
    const attributes = Object.fromEntries(
      Object.entries(Actor.Attributes).filter(([key]) => !key.startsWith('com.docker.compose.') && !key.startsWith('dev.slipway.')),
    );
    const at = new Date(timeNano / 1e6);
    if (flags.bool('json')) stdout.write(`${JSON.stringify({ action: Action, attributes, id: Actor.ID, service, time: at.toISOString(), type: Type })}\n`);
    else {
      const shown = Object.entries(attributes)
        .map(([key, value]) => `${key}=${value}`)
        .join(', ');
      stdout.write(
        `${at.toISOString().replace('T', ' ').replace('Z', '')}${String(Math.trunc((timeNano / 1e3) % 1000)).padStart(3, '0')} ${Type} ${Action} ${Actor.ID} (${shown})\n`,
      );
    }
  }
}
