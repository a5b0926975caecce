/** An answer that says no; `status` 0 means that there was no answer. */
export class ApiError extends Error {
  readonly status: number;
  readonly title: string;

  constructor(status: number, title: string, detail?: string) {
    super(detail ?? title);
    this.status = status;
    this.title = title;
  }

  /** Whether it can pass: no network, a server that starts or stops, too many requests. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

interface Call {
  body?: unknown;
  version?: number;
  timeoutMs?: number;
}

/** @throws ApiError */
export async function call<T>(method: string, path: string, { body, version, timeoutMs = 10_000 }: Call = {}): Promise<T> {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (version !== undefined) headers['if-match'] = `"${version}"`;
  const response = await fetch(`/api${path}`, {
    method,
    headers,
    signal: AbortSignal.timeout(timeoutMs),
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch((error: unknown) => {
    throw new ApiError(0, 'No connection', error instanceof Error ? error.message : undefined);
  });
  if (!response.ok) throw await problemOf(response);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function problemOf(response: Response): Promise<ApiError> {
  const problem = (await response.json().catch(() => ({}))) as { title?: string; detail?: string };
  return new ApiError(response.status, problem.title ?? `The server answered ${response.status}`, problem.detail);
}
