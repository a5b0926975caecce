import { EngineError } from '../base/index.ts';

/** INVALID_ARGUMENT in Docker's words. */
export function invalid(message: string): EngineError {
  return new EngineError('INVALID_ARGUMENT', message);
}
