/** An error that the caller is told about, as RFC 9457 has it. */
export class Problem extends Error {
  readonly status: number;
  readonly title: string;
  /** Further members of the problem document. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(status: number, title: string, { detail, cause, ...members }: { detail?: string; cause?: unknown; [member: string]: unknown } = {}) {
    super(detail ?? title, { cause });
    this.status = status;
    this.title = title;
    this.members = members;
  }
}

export const notFound = (what: string, id: string) => new Problem(404, `No such ${what}`, { detail: `There is no ${what} ${id}` });

/** The document that goes over the wire. */
export function problemDocument(problem: Problem): Record<string, unknown> {
  return { type: 'about:blank', title: problem.title, status: problem.status, detail: problem.message, ...problem.members };
}

/** What an error of any kind means to the caller. Facts about the inside (queries, paths) stay inside. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (!(error instanceof Error)) return new Problem(500, 'Internal error');
  if ('validation' in error && Array.isArray(error.validation))
    return invalid(error.validation as Violation[], String((error as { validationContext?: string }).validationContext));
  if (isOutage(error)) return new Problem(503, 'The database cannot be reached', { detail: 'Nothing was lost; try again in a moment.', cause: error });
  const code = 'code' in error ? error.code : undefined;
  const meaning = typeof code === 'string' ? databaseProblems[code] : undefined;
  if (meaning !== undefined) return new Problem(meaning.status, meaning.title, { cause: error });
  if ('statusCode' in error && typeof error.statusCode === 'number' && error.statusCode < 500)
    return new Problem(error.statusCode, clientTitle(error.statusCode), { detail: error.message });
  return new Problem(500, 'Internal error', { detail: 'The error was recorded.', cause: error });
}

interface Violation {
  instancePath: string;
  message?: string;
  keyword: string;
  params: Record<string, unknown>;
}

function invalid(violations: Violation[], context: string): Problem {
  const errors = violations.map(({ instancePath, message, keyword, params }) => ({
    pointer: `${instancePath}${keyword === 'additionalProperties' ? `/${String(params['additionalProperty'])}` : ''}` || '/',
    message: keyword === 'additionalProperties' ? 'is not a known field' : (message ?? keyword),
  }));
  const detail = errors.map(({ pointer, message }) => `${pointer} ${message}`).join('; ');
  return new Problem(400, `Invalid ${context === 'querystring' ? 'query' : context}`, { detail, errors });
}

/** PostgreSQL's codes for what a caller did wrong. */
const databaseProblems: Record<string, { status: number; title: string }> = {
  '23505': { status: 409, title: 'It exists already' },
  '23503': { status: 422, title: 'It refers to something that does not exist' },
  '23514': { status: 422, title: 'A value is out of its range' },
  '22007': { status: 422, title: 'That is no date' },
  '22008': { status: 422, title: 'That is no date' },
  '22021': { status: 422, title: 'The text contains a character that cannot be kept' },
  '22P05': { status: 422, title: 'The text contains a character that cannot be kept' },
};

const outageCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ETIMEDOUT',
  'EPIPE',
  '57P01',
  '57P02',
  '57P03',
  '08006',
  '08003',
  '53300',
  '42P01',
]);

/** Whether the database is away, starting, stopping or not migrated yet: states that pass. */
export function isOutage(error: Error): boolean {
  const code = 'code' in error ? String(error.code) : '';
  return outageCodes.has(code) || /connection terminated|timeout exceeded when trying to connect|connection ended|not queryable/i.test(error.message);
}

function clientTitle(status: number): string {
  return { 400: 'Invalid request', 404: 'Not found', 405: 'Method not allowed', 413: 'Too large', 415: 'Unknown content type' }[status] ?? 'Invalid request';
}
