import type { Printed } from './run-group.ts';

/** Takes out what differs from run to run and from engine to engine by right: names of programs, ids, times, addresses, made-up names, widths of columns. */
export function normalise({ stdout, stderr, code }: Printed, folder: string): Printed {
  const clean = (text: string): string => rules.reduce((rest, [pattern, by]) => rest.replaceAll(pattern, by), text.replaceAll(folder, 'TMP'));
  return { stdout: clean(stdout), stderr: sortErrors(sortPoints(clean(stderr))), code };
}

const rules: readonly (readonly [RegExp, string])[] = [
  [/\bslipway\b/g, 'docker'],
  [/\r\n/g, '\n'],
  [/sha256:[0-9a-f]{64}/g, 'sha256:ID'],
  [/\b[0-9a-f]{64}\b/g, 'ID'],
  [/\b[0-9a-f]{12}\b/g, 'SHORTID'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g, 'TIME'],
  [/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? \+0000 UTC/g, 'TIME'],
  [/\b(Less than a second|About an? (minute|hour)|\d+ (seconds?|minutes?|hours?|days?|weeks?|months?|years?))( ago)?/g, 'AGO'],
  [/\bUp AGO/g, 'Up AGO'],
  [/endpoint \w+ \(ID\)/g, 'endpoint NAME (ID)'],
  [/\b[a-z]+_[a-z]+\b(?= \(ID\))/g, 'NAME'],
  [/(execDuration)=\d+/g, '$1=N'],
  // Docker's client says so or not, as its writer or its reader notices the closed pipe first.
  [/^time="TIME" level=error msg="Can't add file .*\n/gm, ''],
  // Columns are as wide as their longest cell, and cells above became longer or shorter.
  [/ {2,}/g, '  '],
  [/[ \t]+$/gm, ''],
];

/** The points of one error ("* first\\n* second") come in no fixed order either. */
function sortPoints(text: string): string {
  return text.replaceAll(/(?:^\* .*\n)+/gm, (points) => `${points.trimEnd().split('\n').toSorted().join('\n')}\n`);
}

/** Several failures at once come in no fixed order. */
function sortErrors(text: string): string {
  const lines = text.split('\n');
  return lines.every((line) => line === '' || line.startsWith('Error response from daemon:'))
    ? `${lines.filter(Boolean).toSorted().join('\n')}${text.endsWith('\n') ? '\n' : ''}`
    : text;
}
