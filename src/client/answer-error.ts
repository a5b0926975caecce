import { EngineError, type ErrorCode } from '../base/index.ts';

/** The error of an answer that is none: the engine's `{"message"}` word for word, the status in `details.status`. */
export function answerError(status: number, body: string): EngineError {
  return new EngineError(codeOf(status), messageIn(body) || `engine answered with status ${status}`, { details: { status } });
}

function codeOf(status: number): ErrorCode {
  switch (status) {
    case 304:
      return 'NOT_MODIFIED';
    case 400:
      return 'INVALID_ARGUMENT';
    case 401:
      return 'UNAUTHENTICATED';
    case 403:
      return 'PERMISSION_DENIED';
    case 404:
      return 'NOT_FOUND';
    case 409:
      return 'CONFLICT';
    case 412:
    case 503:
      return 'UNAVAILABLE';
    case 501:
      return 'NOT_IMPLEMENTED';
    default:
      return 'INTERNAL';
  }
}

function messageIn(body: string): string {
  try {
    const parsed = JSON.parse(body) as { message?: unknown };
    if (typeof parsed.message === 'string') return parsed.message.trimEnd();
  } catch {
    // Not JSON: proxies and old engines answer in plain text.
  }
  return body.trim();
}

/** The error of a socket that could not be opened, in the words that scripts look for. */
export function connectError(host: string, cause: unknown): EngineError {
  const code = (cause as { code?: string } | undefined)?.code;
  if (code === 'EACCES' || code === 'EPERM') {
    return new EngineError('UNAVAILABLE', `permission denied while trying to connect to the Docker daemon socket at ${host}`, { cause });
  }
  return new EngineError('UNAVAILABLE', `Cannot connect to the Docker daemon at ${host}. Is the docker daemon running?`, { cause });
}
