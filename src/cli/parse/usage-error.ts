/** A call that cannot be carried out as it was written. `text` is all that is printed, `exitCode` the process's. */
export class UsageError extends Error {
  readonly exitCode: number;

  constructor(text: string, exitCode = 1) {
    super(text);
    this.name = 'UsageError';
    this.exitCode = exitCode;
  }
}

/** Ends a command with an exit code after it has said all there is to say, or with one last line for stderr. */
export class ExitError extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message = '') {
    super(message);
    this.name = 'ExitError';
    this.exitCode = exitCode;
  }
}
