// npm run bench [CASE…]: ours, the real Docker and podman in turn, medians and ratios. Exit code 1 when a goal is missed.
import { cachedBuild } from './cases/cached-build.ts';
import { exec } from './cases/exec.ts';
import { load } from './cases/load.ts';
import { run } from './cases/run.ts';
import { openEngines } from './engines.ts';
import { measure } from './measure.ts';
import { heading, ratio, rows } from './report.ts';

const cases = [run, exec, cachedBuild, load];
const wanted = process.argv.slice(2);
const chosen = cases.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
if (chosen.length === 0) {
  console.error(`no such case: ${wanted.join(' ')}; there are: ${cases.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

await using engines = await openEngines();
console.log(heading);
for (const subject of chosen) {
  const figures = await measure(subject, engines.peers);
  console.log(rows(subject, figures));
  const reached = ratio(figures, 'docker');
  if (reached !== undefined && reached > subject.goal) process.exitCode = 1;
}
