// npm run bench -- todo: the todo application's API under load on PostgreSQL, through its published port, beside the tutorial's backend in
// Flask. Goal: the 99th percentile stays under 50 ms at 500 requests a second, mixed. Exit code 1 when it is missed.
// SLIPWAY_TODO_ENGINE=docker measures on a real Docker.
import { resolve } from 'node:path';
import { startTodo } from '../../test/todo/harness.ts';
import type { Load } from './hammer.ts';
import { hammer } from './hammer.ts';

const goalMs = 50;
const rate = 500;
const seconds = Number(process.env['BENCH_SECONDS'] ?? 20);

const ours = await measure('todo application', {});
const flask = await measure('Flask', { source: resolve(import.meta.dirname, 'flask'), baseImages: ['python:3.13-slim-trixie', 'postgres:17-trixie'] });

console.log(`\n${rate} requests a second for ${seconds} s: half lists of 50, a quarter single todos, the rest new and changed ones`);
console.log('| backend | answered/s | p50 ms | p99 ms | most ms | errors |');
console.log('|---|--:|--:|--:|--:|--:|');
for (const { name, load } of [ours, flask])
  console.log(`| ${name} | ${load.perSecond.toFixed(0)} | ${load.p50} | ${load.p99} | ${load.max} | ${load.errors} |`);
console.log(`\np99: ${(ours.load.p99 / flask.load.p99).toFixed(2)}× Flask's (goal: under ${goalMs} ms: ${ours.load.p99 < goalMs ? 'reached' : 'missed'})`);
if (ours.load.p99 >= goalMs || ours.load.errors > 0) process.exitCode = 1;

async function measure(name: string, options: Parameters<typeof startTodo>[0]): Promise<{ name: string; load: Load }> {
  console.log(`${name}: building and starting`);
  await using app = await startTodo(options);
  await hammer(app.url, { rate, seconds: 3 });
  console.log(`${name}: measuring`);
  return { name, load: await hammer(app.url, { rate, seconds }) };
}
