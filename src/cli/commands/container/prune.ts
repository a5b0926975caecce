import type { Invocation } from '../../invocation.ts';
import { deletedText, runPrune } from '../prune.ts';
import { containerPlan, reclaimed } from '../prune-plan.ts';

/** `container prune`. */
export async function run(call: Invocation): Promise<void> {
  await runPrune(call, {
    warning: 'This will remove all stopped containers.',
    plan: async (client, filters) => [await containerPlan(client, filters)],
    apply: async (client, filters) => {
      const { ContainersDeleted, SpaceReclaimed } = await client.containers.prune(filters);
      return deletedText('Deleted Containers', ContainersDeleted) + reclaimed(SpaceReclaimed);
    },
  });
}
