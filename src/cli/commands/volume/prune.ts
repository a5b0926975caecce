import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';
import { deletedText, runPrune } from '../prune.ts';
import { reclaimed, volumePlan } from '../prune-plan.ts';

/** `volume prune`. */
export async function run(call: Invocation): Promise<void> {
  const all = call.flags.bool('all');
  if (all && call.flags.list('filter').some((one) => one.startsWith('all=')))
    throw new ExitError(1, 'conflicting options: cannot specify both --all and --filter all=1');
  await runPrune(call, {
    warning: all
      ? 'This will remove all local volumes not used by at least one container.'
      : 'This will remove anonymous local volumes not used by at least one container.',
    plan: async (client, filters) => [await volumePlan(client, filters, all)],
    apply: async (client, filters) => {
      const { VolumesDeleted, SpaceReclaimed } = await client.volumes.prune(all ? { ...filters, all: ['true'] } : filters);
      return deletedText('Deleted Volumes', VolumesDeleted) + reclaimed(SpaceReclaimed);
    },
  });
}
