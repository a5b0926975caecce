/** The closed list of failure kinds. `src/daemon` maps each to one HTTP status. */
export type ErrorCode =
  | 'NOT_FOUND'
  | 'INVALID_ARGUMENT'
  | 'CONFLICT'
  | 'ALREADY_EXISTS'
  | 'FAILED_PRECONDITION'
  | 'UNAUTHENTICATED'
  | 'PERMISSION_DENIED'
  | 'UNAVAILABLE'
  | 'NOT_IMPLEMENTED'
  | 'NOT_MODIFIED'
  | 'CANCELLED'
  | 'DATA_LOSS'
  | 'INTERNAL';

/** What an error may carry besides its message. `details` must never hold a secret: it reaches logs and clients. */
export interface ErrorExtras {
  readonly cause?: unknown;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The one error that rooms throw across their borders; `code` tells what a caller can do about it. */
export class EngineError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, extras: ErrorExtras = {}) {
    super(message, extras.cause === undefined ? undefined : { cause: extras.cause });
    this.name = 'EngineError';
    this.code = code;
    this.details = extras.details ?? {};
  }
}

/** True when `error` is an `EngineError`, and of kind `code` where one is given. */
export function isEngineError(error: unknown, code?: ErrorCode): error is EngineError {
  return error instanceof EngineError && (code === undefined || error.code === code);
}

/** The system's own error code, "ENOENT" for example, or undefined for errors that carry none. */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The text a person reads: the message of an error, or the value itself in words. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
