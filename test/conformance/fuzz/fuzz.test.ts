import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { createClient } from '../../../src/client/index.ts';
import { engineUnderTest } from '../engine.ts';
import type { Endpoint } from './endpoint.ts';
import { seeded } from './random.ts';
import { fuzzRequest } from './request.ts';
import type { FuzzRequest } from './request.ts';
import { send } from './send.ts';
import type { FuzzAnswer } from './send.ts';

const endpoints = JSON.parse(readFileSync(join(import.meta.dirname, 'endpoints.json'), 'utf8')) as Endpoint[];
const seconds = Number(process.env['SLIPWAY_FUZZ_SECONDS'] ?? 60);
const seed = Number(process.env['SLIPWAY_FUZZ_SEED'] ?? 20261129);
const AT_ONCE = 6;

/** These wait for something to happen before they answer. */
const waits = /\/(wait|stop|restart|events|attach|stats|logs|pull|push|search|images\/create|auth|distribution)\b/;

/** Why the answer is not what an engine may say, or undefined. */
function complaint({ status, text }: { status: number; text: string }): string | undefined {
  if (status === 500 || status > 503 || status < 100) return `status ${status}`;
  if (status < 400 || text === '') return undefined;
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === 'string' && message !== '' ? undefined : 'an error without a message';
  } catch {
    return 'an error that is no JSON';
  }
}

function describe(fuzz: FuzzRequest, answer: FuzzAnswer, why: string): string {
  const body = fuzz.body ? ` ${fuzz.body.toString().slice(0, 400)}` : '';
  return `${why}: ${fuzz.method} ${fuzz.target.slice(0, 300)} ${JSON.stringify(fuzz.headers)}${body}\n    → ${JSON.stringify(answer).slice(0, 400)}`;
}

test(`every endpoint, ${seconds} s of requests of seed ${seed}: never a 500, never a crash`, { timeout: (seconds + 60) * 1000 }, async () => {
  const { complaints, count } = await run();
  assert.deepEqual(complaints, []);
  assert.ok(count > seconds * 20, `only ${count} requests`);
});

/** What was wrong, after `seconds` of requests; the engine is gone when this returns. */
async function run(): Promise<{ complaints: string[]; count: number }> {
  await using engine = await engineUnderTest();
  await using client = createClient({ host: engine.host });
  await furnish(client);
  const random = seeded(seed);
  const until = performance.now() + seconds * 1000;
  const complaints: string[] = [];
  const statuses = new Map<number, number>();
  let count = 0;

  const worker = async (): Promise<void> => {
    while (performance.now() < until && complaints.length < 20) {
      const endpoint = count < endpoints.length * 2 ? (endpoints[count % endpoints.length] as Endpoint) : random.pick(endpoints);
      count++;
      const fuzz = fuzzRequest(endpoint, random);
      const answer = await send(engine.socket, fuzz, waits.test(fuzz.target) ? 1000 : 20_000);
      if ('status' in answer) statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      const why = 'status' in answer ? complaint(answer) : problem(fuzz, answer.problem);
      if (why) complaints.push(describe(fuzz, answer, why));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  await client.system.ping();
  const histogram = [...statuses].sort(([a], [b]) => a - b).map(([status, times]) => `${status}: ${times}`);
  console.log(`# ${count} requests to ${endpoints.length} endpoints; ${histogram.join(', ')}`);
  for (const text of complaints) console.log(`# ${text}`);
  return { complaints, count };
}

/** No answer is right only where there is something to wait for; a closed connection only where the head itself was no HTTP. */
function problem(fuzz: FuzzRequest, text: string): string | undefined {
  if (text.startsWith('no answer')) return waits.test(fuzz.target) ? undefined : text;
  return text === 'EPIPE' || text === 'ECONNRESET' ? (fuzz.body && fuzz.body.length > 100_000 ? undefined : text) : text;
}

async function furnish(client: ReturnType<typeof createClient>): Promise<void> {
  await client.connection.json('POST', '/networks/create', { json: { Name: 'fuzz-net' } });
  await client.connection.json('POST', '/volumes/create', { json: { Name: 'fuzz-volume' } });
  for (const name of ['fuzz-running', 'fuzz-stopped'])
    await client.connection.json('POST', '/containers/create', { query: { name }, json: { Image: 'busybox', Cmd: ['sleep', '600'] } });
  await client.connection.status('POST', '/containers/fuzz-running/start', {});
}
