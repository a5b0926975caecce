import { createInterface } from 'node:readline/promises';
import type { Invocation } from '../invocation.ts';

/** What a prune would remove: one line each, and the bytes it frees where they are known. */
export interface PruneItem {
  readonly line: string;
  readonly bytes?: number | undefined;
}

/** A group of the same kind in the list that prune shows: "Containers", "Images". */
export interface PrunePlan {
  readonly title: string;
  readonly items: readonly PruneItem[];
}

/** Asks on stdout and reads the answer from stdin; anything but "y" is no. */
export async function confirm({ stdin, stdout }: Invocation, question: string): Promise<boolean> {
  stdout.write(`${question} [y/N] `);
  const lines = createInterface({ input: stdin });
  const { promise, resolve } = Promise.withResolvers<string>();
  lines.once('line', resolve).once('close', () => resolve(''));
  const answer = await promise;
  lines.close();
  return answer.trim().toLowerCase() === 'y';
}

/** Lists what would go, with sizes. */
export async function planText(plans: readonly PrunePlan[]): Promise<string> {
  const { humanSize } = await import('../format/units.ts');
  const filled = plans.filter(({ items }) => items.length > 0);
  if (filled.length === 0) return 'Nothing to remove.\n';
  const text = filled.map(
    ({ title, items }) => `${title}:\n${items.map(({ line, bytes }) => `  ${line}${bytes === undefined ? '' : `  ${humanSize(bytes)}`}\n`).join('')}`,
  );
  const total = filled.flatMap(({ items }) => items).reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
  return `${text.join('')}Would free ${humanSize(total)}.\n`;
}
