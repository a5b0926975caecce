// npm run bench -- todo: the todo application's API under load on PostgreSQL, beside the tutorial's backend in Flask, both without a proxy
// between; and once more through the page's server. Goal: the 99th percentile stays under 50 ms at 500 requests a second, mixed.
// Exit code 1 when it is missed. SLIPWAY_TODO_ENGINE=docker measures on a real Docker.
import { resolve } from 'node:path';
import type { TodoApp } from '../../test/todo/harness.ts';
import { startTodo } from '../../test/todo/harness.ts';
import type { Load } from './hammer.ts';
import { hammer } from './hammer.ts';

const goalMs = 50;
const rate = 500;
const seconds = Number(process.env['BENCH_SECONDS'] ?? 20);

interface Figures {
  readonly name: string;
  readonly load: Load;
}

const [api, proxied] = await todoApplication();
const flask = await flaskBackend();

console.log(`\n${rate} requests a second for ${seconds} s: five lists of 50 and one todo of eight, the rest a new and a changed one`);
console.log('| backend | answered/s | p50 ms | p99 ms | most ms | errors |');
console.log('|---|--:|--:|--:|--:|--:|');
for (const { name, load } of [api, proxied, flask])
  console.log(`| ${name} | ${load.perSecond.toFixed(0)} | ${load.p50} | ${load.p99} | ${load.max} | ${load.errors} |`);
console.log(`\np99: ${(api.load.p99 / flask.load.p99).toFixed(2)}× Flask's (goal: under ${goalMs} ms: ${api.load.p99 < goalMs ? 'reached' : 'missed'})`);
if (api.load.p99 >= goalMs || api.load.errors > 0) process.exitCode = 1;

async function todoApplication(): Promise<[Figures, Figures]> {
  console.log('todo application: building and starting');
  await using app = await startTodo({ override: "services: { backend: { ports: ['127.0.0.1::3000'] } }\n" });
  return [await measure('todo application', await addressOf(app, '3000')), await measure('… through nginx', app.url)];
}

async function flaskBackend(): Promise<Figures> {
  console.log('Flask: building and starting');
  await using app = await startTodo({ source: resolve(import.meta.dirname, 'flask'), baseImages: ['python:3.13-slim-trixie', 'postgres:17-trixie'] });
  return await measure('Flask', await addressOf(app, '8000'));
}

async function addressOf(app: TodoApp, port: string): Promise<string> {
  return `http://${(await app.compose(['port', 'backend', port])).trim()}`;
}

async function measure(name: string, url: string): Promise<Figures> {
  await hammer(url, { rate, seconds: 5 });
  console.log(`${name}: measuring`);
  return { name, load: await hammer(url, { rate, seconds }) };
}
