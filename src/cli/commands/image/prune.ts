import type { ImageDeleteItem } from '../../../api/index.ts';
import type { Invocation } from '../../invocation.ts';
import { deletedText, runPrune } from '../prune.ts';
import { imagePlan, reclaimed } from '../prune-plan.ts';

/** `image prune`. */
export async function run(call: Invocation): Promise<void> {
  const all = call.flags.bool('all');
  await runPrune(call, {
    warning: all ? 'This will remove all images without at least one container associated to them.' : 'This will remove all dangling images.',
    plan: async (client, filters) => [await imagePlan(client, filters, all)],
    apply: async (client, filters) => {
      const { ImagesDeleted, SpaceReclaimed } = await client.images.prune({ ...filters, dangling: [String(!all)] });
      return deletedText('Deleted Images', deletedImages(ImagesDeleted)) + reclaimed(SpaceReclaimed);
    },
  });
}

/** "untagged: busybox:latest", "deleted: sha256:…". */
export function deletedImages(items: readonly ImageDeleteItem[] | null): string[] {
  return (items ?? []).map(({ Untagged, Deleted }) => (Untagged ? `untagged: ${Untagged}` : `deleted: ${Deleted ?? ''}`));
}
