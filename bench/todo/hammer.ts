import autocannon from 'autocannon';

export interface Load {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Answers other than 2xx, broken connections and timeouts. */
  readonly errors: number;
}

const connections = 20;
const known = 100;
const headers = { 'content-type': 'application/json' };

/**
 * Sends `rate` requests a second. autocannon's way is the hard one: every connection sends its share at the beginning of the second, one after
 * the other as fast as the answers come, so that all connections ask at once, then none does.
 */
export async function hammer(url: string, { rate, seconds }: { rate: number; seconds: number }): Promise<Load> {
  const ids = await Promise.all(Array.from({ length: known }, async (_, index) => await addTodo(url, `bench ${index}`)));
  const anyTodo = () => `/api/todos/${ids[Math.floor(Math.random() * ids.length)]}`;
  const list = { method: 'GET', path: '/api/todos?limit=50' } as const;
  const one = { method: 'GET', setupRequest: (request: autocannon.Request) => ({ ...request, path: anyTodo() }) } as const;
  const create = { method: 'POST', path: '/api/todos', headers, body: JSON.stringify({ title: 'written under load' }) } as const;
  const change = {
    method: 'PATCH',
    headers,
    body: JSON.stringify({ completed: true }),
    setupRequest: (request: autocannon.Request) => ({ ...request, path: anyTodo() }),
  } as const;
  const result = await autocannon({ url, connections, overallRate: rate, duration: seconds, requests: [list, one, list, create, list, one, list, change] });
  return {
    perSecond: result.requests.average,
    p50: result.latency.p50,
    p99: result.latency.p99,
    max: result.latency.max,
    errors: result.errors + result.non2xx,
  };
}

async function addTodo(url: string, title: string): Promise<string> {
  const response = await fetch(`${url}/api/todos`, { method: 'POST', headers, body: JSON.stringify({ title }) });
  if (!response.ok) throw new Error(`POST /api/todos answered ${response.status}: ${await response.text()}`);
  return String(((await response.json()) as { id: string | number }).id);
}
