import type { Invocation } from '../../invocation.ts';
import { deletedText, runPrune } from '../prune.ts';
import { networkPlan } from '../prune-plan.ts';

/** `network prune`. */
export async function run(call: Invocation): Promise<void> {
  await runPrune(call, {
    warning: 'This will remove all custom networks not used by at least one container.',
    plan: async (client, filters) => [await networkPlan(client, filters)],
    apply: async (client, filters) => deletedText('Deleted Networks', (await client.networks.prune(filters)).NetworksDeleted),
  });
}
