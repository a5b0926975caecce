// Runs one part of the tests: `tools/run-tests PART [FILE…]`. A file that fails is run once more, alone: what passes then
// is reported as flaky, what fails again has failed.
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

interface Part {
  readonly globs: readonly string[];
  readonly without?: RegExp;
  readonly atOnce: number;
}

const parts: Readonly<Record<string, Part>> = {
  unit: { globs: ['src/**/*.test.ts', 'tools/**/*.test.ts', 'native/**/*.test.ts', 'base-images/**/*.test.ts'], without: /\.kernel\.test\.ts$/, atOnce: 2 },
  kernel: { globs: ['src/**/*.kernel.test.ts', 'native/**/*.kernel.test.ts'], atOnce: 2 },
  e2e: { globs: ['test/e2e/**/*.test.ts'], atOnce: 2 },
  conformance: { globs: ['test/conformance/**/*.test.ts'], atOnce: 1 },
  todo: { globs: ['test/todo/**/*.test.ts'], atOnce: 1 },
};

/** Longest time of one test file. */
const FILE_TIMEOUT_MS = 480_000;

interface Outcome {
  passed: number;
  failed: number;
  skipped: number;
  failedFiles: string[];
}

async function runFiles(files: string[], atOnce: number): Promise<Outcome> {
  const outcome: Outcome = { passed: 0, failed: 0, skipped: 0, failedFiles: [] };
  const stream = run({ files, concurrency: atOnce, timeout: FILE_TIMEOUT_MS });
  stream.on('test:summary', ({ file, success, counts }) => {
    if (file === undefined) {
      outcome.passed += counts.passed;
      outcome.failed += counts.tests - counts.passed - counts.skipped - counts.todo;
      outcome.skipped += counts.skipped;
    } else if (!success) outcome.failedFiles.push(file);
  });
  for await (const text of stream.compose(spec)) process.stdout.write(String(text));
  return outcome;
}

const [name = '', ...named] = process.argv.slice(2);
const part = parts[name];
if (!part) {
  console.error(`usage: tools/run-tests ${Object.keys(parts).join('|')} [FILE…]`);
  process.exit(2);
}
const found = part.globs.flatMap((glob) => globSync(glob)).filter((file) => !part.without?.test(file) && !file.includes('node_modules'));
const files = (named.length > 0 ? named : found.sort()).map((file) => resolve(file));
const outcome = files.length > 0 ? await runFiles(files, part.atOnce) : { passed: 0, failed: 0, skipped: 0, failedFiles: [] };
let { passed, failed } = outcome;
if (outcome.failedFiles.length > 0) {
  console.log(`\n${name}: once more, alone: ${outcome.failedFiles.join(' ')}`);
  const again = await runFiles(outcome.failedFiles, 1);
  passed += failed - again.failed;
  failed = again.failed;
  const flaky = outcome.failedFiles.filter((file) => !again.failedFiles.includes(file));
  if (flaky.length > 0) console.log(`${name}: flaky, passed at the second try: ${flaky.join(' ')}`);
}
console.log(`\n${name}: ${passed} passed, ${failed} failed, ${outcome.skipped} skipped`);
process.exitCode = failed > 0 ? 1 : 0;
