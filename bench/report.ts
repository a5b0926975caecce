import type { Case, Figure } from './measure.ts';

/** Ratio of our median to the median of `peer`, undefined when that was not measured. */
export function ratio(figures: readonly Figure[], peer: string): number | undefined {
  const ours = figures.find((figure) => figure.peer === 'slipway');
  const theirs = figures.find((figure) => figure.peer === peer);
  return ours && theirs && ours.median / theirs.median;
}

/** A Markdown row per peer, with ratios and the goal on ours. */
export function rows(subject: Case, figures: readonly Figure[]): string {
  return figures
    .map(
      (figure) => `| ${[figure.peer === 'slipway' ? subject.name : '', figure.peer, ...numbers(figure), ...verdict(subject, figures, figure)].join(' | ')} |`,
    )
    .join('\n');
}

export const heading = '| case | engine | median ms | min | max | to docker | to podman | goal |\n|---|---|--:|--:|--:|--:|--:|--:|';

function numbers(figure: Figure): string[] {
  return [figure.median, figure.min, figure.max].map((value) => value.toFixed(1));
}

function verdict(subject: Case, figures: readonly Figure[], figure: Figure): string[] {
  if (figure.peer !== 'slipway') return ['', '', ''];
  const shown = ['docker', 'podman'].map((peer) => ratio(figures, peer)?.toFixed(2) ?? '');
  return [...shown, `≤ ${subject.goal}`];
}
