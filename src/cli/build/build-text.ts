import type { BuildWarning } from '../../api/index.ts';
import type { BuildState, ShownVertex, StatusLine } from './build-state.ts';

/** "5.2s", a duration in milliseconds. */
export function secondsText(milliseconds: number): string {
  return `${(Math.max(0, milliseconds) / 1000).toFixed(1)}s`;
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** "2.31MB", as Docker's progress prints sizes. */
export function sizeText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return unit === 0 ? `${value}B` : `${value.toFixed(2)}${UNITS[unit]}`;
}

/** "transferring context: 2.31MB", "4f4fb7 Downloading: 1.00MB / 29.10MB" */
export function statusText({ name, current, total }: StatusLine): string {
  if (current === undefined) return name;
  return total === undefined ? `${name}: ${sizeText(current)}` : `${name}: ${sizeText(current)} / ${sizeText(total)}`;
}

/** How long a vertex has run. */
export function elapsed({ event }: ShownVertex, now: number): number {
  return (event.completed ?? now) - (event.started ?? now);
}

/** The end of a failed build as Docker prints it: the step's last output, the lines of the Dockerfile, the error. */
export function failureText(state: BuildState, message: string): string {
  const lines: string[] = [];
  const { failed, failure } = state;
  if (failed) {
    lines.push('------', ` > ${failed.event.name}:`);
    const since = failed.event.started ?? 0;
    for (const { text, time } of failed.logs.slice(-10)) lines.push(`${((time - since) / 1000).toFixed(3)} ${text}`);
    lines.push('------');
  }
  const warnings = warningsText(state.warnings);
  if (warnings !== '') lines.push(warnings);
  if (failure?.excerpt !== undefined) lines.push(failure.excerpt);
  lines.push(`ERROR: failed to build: failed to solve: ${failure?.message ?? message}`);
  return `${lines.join('\n')}\n`;
}

/** The findings of the build checks after a build. */
export function warningsText(warnings: readonly BuildWarning[]): string {
  if (warnings.length === 0) return '';
  const head = ` ${warnings.length} ${warnings.length === 1 ? 'warning' : 'warnings'} found (use --check to expand):`;
  return ['', head, ...warnings.map(({ rule, message, line }) => ` - ${rule}: ${message}${line === undefined ? '' : ` (line ${line})`}`)].join('\n');
}
