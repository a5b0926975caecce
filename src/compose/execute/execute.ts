import { messageOf, Semaphore } from '../../base/index.ts';
import type { Plan, PlanNode } from '../plan/plan.ts';
import { type ExecuteContext } from './context.ts';
import { perform } from './perform.ts';
import { subject } from './subject.ts';

/** Carries a plan out: every step when those before it are done, `parallel` at once. After a failure no further step begins; the first failure is thrown when the running ones have ended. */
export async function execute(plan: Plan, context: ExecuteContext, parallel = 0): Promise<void> {
  const permits = new Semaphore(parallel > 0 ? parallel : 64);
  const done = new Map<number, Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  for (const { name } of plan.unchanged) context.progress({ id: `Container ${name}`, status: 'Running', state: 'done' });
  const run = async (node: PlanNode): Promise<void> => {
    await Promise.all(node.needs.map((need) => done.get(need) ?? Promise.resolve()));
    if (failure || context.signal?.aborted) return;
    try {
      // Waiting costs nothing and may last: it must not keep others from working.
      if (isWaiting(node)) await perform(node, context);
      else await permits.run(() => (failure ? Promise.resolve() : perform(node, context)));
    } catch (error) {
      failure ??= { error };
      context.progress({ id: subject(node.operation), status: 'Error', state: 'error', detail: messageOf(error) });
    }
  };
  for (const node of plan.nodes) done.set(node.id, run(node));
  await Promise.all(done.values());
  context.signal?.throwIfAborted();
  if (failure) throw failure.error;
}

function isWaiting({ operation: { kind } }: PlanNode): boolean {
  return kind === 'wait' || kind === 'wait-replica' || kind === 'delay';
}
