import { parseBytes } from '../../flags/bytes.ts';
import { humanSize } from '../../format/units.ts';
import type { Invocation } from '../../invocation.ts';
import { runPrune } from '../prune.ts';
import { buildCachePlan } from '../prune-plan.ts';

/** `builder prune`. */
export async function run(call: Invocation): Promise<void> {
  const { flags } = call;
  const all = flags.bool('all');
  const bytes = (name: string): number | undefined => (flags.changed(name) ? parseBytes(flags.string(name)) : undefined);
  await runPrune(call, {
    warning: all ? 'This will remove all build cache.' : 'This will remove all dangling build cache.',
    plan: async (client, filters) => [await buildCachePlan(client, filters, all)],
    apply: async (client, filters) => {
      const { CachesDeleted, SpaceReclaimed } = await client.images.pruneBuildCache({
        all,
        filters,
        reservedSpace: bytes('reserved-space') ?? bytes('keep-storage'),
        maxUsedSpace: bytes('max-used-space'),
        minFreeSpace: bytes('min-free-space'),
      });
      const deleted = CachesDeleted && CachesDeleted.length > 0 ? `Deleted build cache objects:\n${CachesDeleted.map((id) => `${id}\n`).join('')}\n` : '';
      return `${deleted}Total reclaimed space: ${humanSize(SpaceReclaimed)}\n`;
    },
  });
}
