import { isEngineError } from '../../base/index.ts';
import type { ErrorCode } from '../../base/index.ts';

const statuses: Readonly<Record<ErrorCode, number>> = {
  NOT_MODIFIED: 304,
  INVALID_ARGUMENT: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  ALREADY_EXISTS: 409,
  FAILED_PRECONDITION: 409,
  CANCELLED: 499,
  INTERNAL: 500,
  DATA_LOSS: 500,
  NOT_IMPLEMENTED: 501,
  UNAVAILABLE: 503,
};

/** The one map from error codes to HTTP. An error may name its own in `details.status`: Docker answers some refusals of its kind with another number. */
export function httpStatus(error: unknown): number {
  if (!isEngineError(error)) return 500;
  const own = error.details['status'];
  return typeof own === 'number' ? own : statuses[error.code];
}
