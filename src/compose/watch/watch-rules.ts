import { posix, relative, sep } from 'node:path';
import type { Service, WatchRule } from '../../compose-file/index.ts';
import { type IgnoreRules, parseIgnore } from '../../dockerfile/index.ts';

/** A rule with its patterns ready. */
export interface CompiledRule {
  readonly rule: WatchRule;
  readonly service: Service;
  /** True for paths (absolute) that the rule is about. */
  matches(path: string): boolean;
  /** Where a path of the host lies in the container; undefined when the rule syncs nothing. */
  targetOf(path: string): string | undefined;
}

/** Prepares the rules of a service. `contextIgnore` is the text of the build context's ignore file; it holds for every rule. */
export function compileRules(service: Service, contextIgnore: string): CompiledRule[] {
  const context = service.build?.context;
  const byContext = parseIgnore(contextIgnore);
  return (service.develop?.watch ?? []).map((rule) => {
    const ignored = parseIgnore((rule.ignore ?? []).join('\n'));
    const included = rule.include?.length ? parseIgnore(rule.include.join('\n')) : undefined;
    return {
      rule,
      service,
      matches: (path) => covers(rule, path, ignored, included) && !(context !== undefined && ignoredBelow(context, path, byContext)) && !isEditorFile(path),
      targetOf: (path) =>
        rule.target === undefined || rule.action === 'rebuild' || rule.action === 'restart' ? undefined : posix.join(rule.target, below(rule.path, path) ?? ''),
    };
  });
}

function covers(rule: WatchRule, path: string, ignored: IgnoreRules, included: IgnoreRules | undefined): boolean {
  const inside = below(rule.path, path);
  if (inside === undefined) return false;
  if (inside === '') return true;
  return !ignored.ignores(inside) && (!included || included.ignores(inside));
}

function ignoredBelow(folder: string, path: string, rules: IgnoreRules): boolean {
  const inside = below(folder, path);
  return inside !== undefined && inside !== '' && rules.ignores(inside);
}

/** The part of a path below a folder: "" for the folder itself, undefined for paths outside. */
export function below(folder: string, path: string): string | undefined {
  const inside = relative(folder, path);
  if (inside === '') return '';
  return inside.startsWith('..') ? undefined : inside.split(sep).join('/');
}

/** Files that editors and version control keep for themselves. */
function isEditorFile(path: string): boolean {
  const name = posix.basename(path);
  return /(?:^|\/)\.git(?:\/|$)/.test(path) || /^\.#|~$|^4913$|\.sw[a-z]$|^\.DS_Store$|___jb_(?:tmp|old)___$/.test(name);
}
