import type { Client } from '../../client/index.ts';
import { filterValues } from '../flags/key-values.ts';
import type { Invocation } from '../invocation.ts';
import { confirm, planText, type PrunePlan } from './confirm.ts';

/** One kind of prune: its warning, what it would remove, and the removal, which gives the text to print. */
export interface Prune {
  readonly warning: string;
  plan(client: Client, filters: Record<string, string[]>): Promise<readonly PrunePlan[]>;
  apply(client: Client, filters: Record<string, string[]>): Promise<string>;
}

/** Prunes as Docker does, but shows what would go before it asks; with --dry-run it only shows. */
export async function runPrune(call: Invocation, prune: Prune): Promise<void> {
  const { flags, stdout } = call;
  const filters = filterValues(flags.list('filter'));
  const client = await call.connect();
  if (flags.bool('dry-run')) return void stdout.write(await planText(await prune.plan(client, filters)));
  if (!flags.bool('force')) {
    stdout.write(await planText(await prune.plan(client, filters)));
    if (!(await confirm(call, `WARNING! ${prune.warning}\nAre you sure you want to continue?`))) return;
  }
  stdout.write(await prune.apply(client, filters));
}

/** "Deleted Volumes:", a name on each line and an empty line; nothing for nothing. */
export function deletedText(title: string, names: readonly string[] | null | undefined): string {
  return names && names.length > 0 ? `${title}:\n${names.map((name) => `${name}\n`).join('')}\n` : '';
}
