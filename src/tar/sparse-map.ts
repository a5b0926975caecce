import type { SparseRun } from './entry.ts';
import { invalidHeader, numberField } from './header-fields.ts';
import type { PaxRecords } from './pax.ts';

/** Most runs that one file may have; a map is read into memory. */
const runLimit = 1 << 16;

/** Checks that runs ascend, do not overlap and stay inside the file. */
export function checkedRuns(runs: readonly SparseRun[], sizeBytes: number): readonly SparseRun[] {
  let end = 0;
  for (const run of runs) {
    if (!Number.isSafeInteger(run.offset) || !Number.isSafeInteger(run.sizeBytes) || run.sizeBytes < 0 || run.offset < end)
      throw invalidHeader('bad sparse map');
    end = run.offset + run.sizeBytes;
  }
  if (end > sizeBytes || runs.length > runLimit) throw invalidHeader('bad sparse map');
  return runs;
}

/** Runs in a block of GNU's old format: in the header at 386 (4 of them), in an extension block at 0 (21). */
export function oldGnuRuns(block: Buffer, start: number, count: number): SparseRun[] {
  const runs: SparseRun[] = [];
  for (let at = start; at < start + count * 24 && block[at]; at += 24) {
    runs.push({ offset: numberField(block, at, 12), sizeBytes: numberField(block, at + 12, 12) });
  }
  return runs;
}

/** Runs of PAX formats 0.0 (repeated offset and numbytes records, given in order as `pairs`) and 0.1 (GNU.sparse.map). */
export function paxRuns(records: PaxRecords, pairs: readonly number[]): SparseRun[] | undefined {
  const map = records.get('GNU.sparse.map');
  const numbers = map ? map.toString('latin1').split(',').map(Number) : pairs;
  if (numbers.length === 0) return undefined;
  if (numbers.length % 2 !== 0 || numbers.length > 2 * runLimit) throw invalidHeader('bad sparse map');
  return pairUp(numbers);
}

/** Format 1.0 begins the contents with decimal lines: the number of runs, then offset and size of each. Undefined until `text` holds them all. */
export function leadingRuns(text: string): SparseRun[] | undefined {
  const lines = text.split('\n');
  const whole = lines.length - 1;
  if (whole < 1) return undefined;
  const count = Number(lines[0]);
  if (!/^\d{1,6}$/.test(lines[0] ?? '') || count > runLimit) throw invalidHeader('bad sparse map');
  if (whole < 1 + 2 * count) return undefined;
  return pairUp(lines.slice(1, 1 + 2 * count).map(Number));
}

function pairUp(numbers: readonly number[]): SparseRun[] {
  const runs: SparseRun[] = [];
  for (let at = 0; at < numbers.length; at += 2) runs.push({ offset: numbers[at] ?? NaN, sizeBytes: numbers[at + 1] ?? NaN });
  return runs;
}
