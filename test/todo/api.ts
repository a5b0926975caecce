import assert from 'node:assert/strict';

export interface ApiTodo {
  id: string;
  url: string;
  title: string;
  notes: string;
  due: string | null;
  priority: number;
  tags: string[];
  listId: string | null;
  position: string;
  completed: boolean;
  version: number;
}

/** The API as a program sees it, without the page. */
export class Api {
  readonly base: string;

  constructor(url: string) {
    this.base = `${url}/api`;
  }

  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return await fetch(`${this.base}${path}`, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    });
  }

  /** @throws AssertionError when the answer is no success */
  async json<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.call(method, path, body);
    const text = await response.text();
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** All of them, page by page. */
  async todos(query = ''): Promise<ApiTodo[]> {
    const all: ApiTodo[] = [];
    for (let path: string | undefined = `/todos?limit=1000${query}`; path !== undefined;) {
      const response = await this.call('GET', path);
      assert.equal(response.status, 200);
      all.push(...((await response.json()) as ApiTodo[]));
      path = /<\/api([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
    }
    return all;
  }

  async add(title: string, fields: Partial<ApiTodo> = {}): Promise<ApiTodo> {
    return await this.json<ApiTodo>('POST', '/todos', { title, ...fields });
  }

  /** Nothing is left, lists neither. */
  async clear(): Promise<void> {
    await this.json('DELETE', '/todos');
    for (const { id } of await this.json<{ id: string }[]>('GET', '/lists')) await this.json('DELETE', `/lists/${id}`);
  }
}
