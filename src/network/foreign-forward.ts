import { isEngineError } from '../base/index.ts';
import type { Nft, NftObject } from '../linux/index.ts';

const mostAttempts = 5;

interface ForeignChain {
  family: string;
  table: string;
  name: string;
}

interface ForeignRule {
  handle: number;
  /** Bridge that the rule lets through, and in which direction; undefined for rules that are not ours. */
  ours: string | undefined;
  /** The rule ends the chain for every packet. */
  final: boolean;
}

/**
 * A packet must be accepted in every table. dockerd, ufw and firewalld leave forwarding chains whose policy is to drop, so
 * our bridges need an accept rule in each. Nothing else of theirs is touched: the rule stands at the end, behind their own
 * decisions (Docker's isolation of its networks stays as it is), or before a rule that refuses everything.
 */
export async function acceptInForeignChains(nft: Nft, ownTable: string, bridges: readonly string[]): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      for (const chain of droppingChains(await nft.list('list chains'), ownTable)) await acceptIn(nft, chain, ownTable, bridges);
      return;
    } catch (error) {
      // Their owners change these chains as they like: a rule or a chain that was there a moment ago may be gone. Look again.
      if (attempt >= mostAttempts || !isEngineError(error, 'INTERNAL')) throw error;
    }
  }
}

async function acceptIn(nft: Nft, chain: ForeignChain, ownTable: string, bridges: readonly string[]): Promise<void> {
  const rules = rulesOf(await nft.list(`list chain ${chain.family} ${chain.table} ${chain.name}`), ownTable);
  await nft.run(changes(chain, rules, ownTable, bridges));
}

/** Chains that filter forwarded packets and drop what no rule decides; of firewalld also its chain that ends in a reject. */
export function droppingChains(objects: readonly NftObject[], ownTable: string): ForeignChain[] {
  return objects.flatMap(({ chain }) => {
    if (!chain || chain['hook'] !== 'forward' || chain['type'] !== 'filter' || (chain['table'] === ownTable && chain['family'] === 'inet')) return [];
    if (chain['policy'] !== 'drop' && chain['table'] !== 'firewalld') return [];
    return [{ family: String(chain['family']), table: String(chain['table']), name: String(chain['name']) }];
  });
}

/** What has to change in a chain so that it lets exactly `bridges` through. */
export function changes(chain: ForeignChain, rules: readonly ForeignRule[], ownTable: string, bridges: readonly string[]): string[] {
  const where = `${chain.family} ${chain.table} ${chain.name}`;
  const wanted = new Set(bridges.flatMap((bridge) => [`iifname ${bridge}`, `oifname ${bridge}`]));
  const stale = rules.filter(({ ours }) => ours !== undefined && !wanted.has(ours)).map(({ handle }) => `delete rule ${where} handle ${handle}`);
  const there = new Set(rules.map(({ ours }) => ours));
  const end = rules.find(({ final }) => final);
  const fresh = [...wanted]
    .filter((match) => !there.has(match))
    .map((match) => {
      const rule = `${match.replace(' ', ' "')}" counter accept comment "${ownTable}"`;
      return end ? `insert rule ${where} position ${end.handle} ${rule}` : `add rule ${where} ${rule}`;
    });
  return [...stale, ...fresh];
}

/** Reads a chain's rules from nft's JSON. A rule is ours by its comment, which names our table. */
export function rulesOf(objects: readonly NftObject[], ownTable: string): ForeignRule[] {
  return objects.flatMap(({ rule }) => {
    if (!rule) return [];
    const expressions = (rule['expr'] ?? []) as Record<string, unknown>[];
    const match = expressions.map((expression) => expression['match']).find(Boolean) as { left?: { meta?: { key?: string } }; right?: unknown } | undefined;
    const ours = rule['comment'] === ownTable && match ? `${match.left?.meta?.key} ${String(match.right)}` : undefined;
    const verdicts = expressions.filter((expression) => !('counter' in expression) && !('log' in expression));
    const final = verdicts.length === 1 && ['drop', 'reject'].some((verdict) => verdict in (verdicts[0] ?? {}));
    return [{ handle: Number(rule['handle']), ours, final }];
  });
}
