import type { Client } from '../../client/index.ts';
import type { ObservedContainer } from '../../compose/index.ts';
import type { Invocation } from '../invocation.ts';
import { isDryRun, withProgress } from './session.ts';

/** Words for the beginning and the end: "Killing", "Killed". */
export interface EachContainerWords {
  readonly title: string;
  readonly begin: string;
  readonly end: string;
}

/** Does the same to several containers at once and shows how it goes. All are tried; the first failure is thrown at the end. */
export async function eachContainer(
  call: Invocation,
  client: Client,
  containers: readonly ObservedContainer[],
  words: EachContainerWords,
  work: (client: Client, container: ObservedContainer) => Promise<unknown>,
): Promise<void> {
  await withProgress(call, words.title, async (view) => {
    const results = await Promise.allSettled(
      containers.map(async (container) => {
        const id = `Container ${container.name}`;
        view.event({ id, status: words.begin, state: 'working' });
        try {
          if (!isDryRun(call)) await work(client, container);
          view.event({ id, status: words.end, state: 'done' });
        } catch (error) {
          view.event({ id, status: 'Error', state: 'error', detail: (error as Error).message });
          throw error;
        }
      }),
    );
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  });
}
