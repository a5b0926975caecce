import { isEngineError, messageOf } from '../../base/index.ts';
import { ExitError, UsageError } from '../parse/usage-error.ts';

/** What a failure prints, in Docker's form: an engine's answer is introduced, everything else speaks for itself. */
export function failureText(error: unknown): string {
  if (isEngineError(error) && typeof error.details['status'] === 'number') return `Error response from daemon: ${error.message}`;
  return messageOf(error);
}

/** The exit code of a failure. */
export function failureCode(error: unknown): number {
  return error instanceof ExitError || error instanceof UsageError ? error.exitCode : 1;
}
