import type { CommandResult } from './run-group.ts';

/** A command whose outcome is not the reference's. */
export interface Difference {
  readonly command: string;
  readonly text: string;
}

/** The commands of `actual` that differ from the reference, with what differs in words. */
export function compare(reference: readonly CommandResult[], actual: readonly CommandResult[]): Difference[] {
  return actual.flatMap((one, at) => {
    const wanted = reference[at];
    const text = wanted ? differenceOf(wanted, one) : 'not in the recorded reference: record it anew';
    return text === undefined ? [] : [{ command: one.command, text }];
  });
}

function differenceOf(wanted: CommandResult, found: CommandResult): string | undefined {
  if (wanted.command !== found.command) return `the recorded reference has ${JSON.stringify(wanted.command)} here: record it anew`;
  const parts = (['code', ...(found.because === undefined ? (['stdout', 'stderr'] as const) : [])] as const).flatMap((part) =>
    wanted[part] === found[part] ? [] : [`${part}: ${JSON.stringify(wanted[part])} expected, ${JSON.stringify(found[part])} found`],
  );
  return parts.length > 0 ? parts.join('; ') : undefined;
}
