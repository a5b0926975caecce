import { EngineError } from '../base/index.ts';
import { type Position, placeText } from './tree.ts';

/** Something wrong in a Compose file. */
export interface Problem {
  readonly at: Position;
  readonly message: string;
}

/** The error of one or more problems: a line each, "compose.yaml:3:5: services.web: …", in the order of the files. */
export function problemError(problems: readonly Problem[]): EngineError {
  const sorted = problems.toSorted((a, b) => (a.at.file === b.at.file ? a.at.line - b.at.line || a.at.column - b.at.column : 0));
  const lines = [...new Set(sorted.map(({ at, message }) => `${placeText(at)}: ${message}`))];
  return new EngineError('INVALID_ARGUMENT', lines.join('\n'), { details: { problems: sorted } });
}

/** Throws one problem at once, where going on would make no sense. */
export function fail(at: Position, message: string): never {
  throw problemError([{ at, message }]);
}
