import { EngineError } from '../base/index.ts';

/** The last error in a runtime's JSON log, or undefined when it holds none. */
export function runtimeErrorText(log: string): string | undefined {
  const messages = log.split('\n').flatMap((line) => {
    try {
      const entry: unknown = JSON.parse(line);
      return typeof entry === 'object' && entry !== null && 'msg' in entry && typeof entry.msg === 'string' ? [entry.msg] : [];
    } catch {
      return []; // a line that was cut off
    }
  });
  return messages.at(-1);
}

/** What was asked of the runtime: the words of the message differ. */
export type RuntimeAction = 'create' | 'exec';

/**
 * The error of a start, in Docker's words where the cause is one that Docker has words for. `details.exitCode` is Docker's: 127 not found,
 * 126 cannot be executed, 128 everything else. `reason` is the shim's word on it, used when the runtime has left none.
 */
export function startError(action: RuntimeAction, log: string, args: readonly string[], reason = ''): EngineError {
  const text = runtimeErrorText(log) ?? (/^\d*$/.test(reason) ? 'the OCI runtime gave no reason' : reason);
  const cause = dockerText(text.replace(/^(runc \w+|exec) failed: unable to start container process: (error during container init: )?/, ''), args[0] ?? '');
  const verb = action === 'create' ? 'runc create failed' : 'exec failed';
  const inner = action === 'create' ? 'error during container init: ' : '';
  const head = action === 'create' ? 'failed to create task for container: failed to create shim task: ' : '';
  const message = `${head}OCI runtime ${action} failed: ${verb}: unable to start container process: ${inner}${cause.text}`;
  return new EngineError('INVALID_ARGUMENT', message, { details: { exitCode: cause.exitCode, runtimeMessage: text } });
}

interface Cause {
  readonly text: string;
  readonly exitCode: number;
}

function dockerText(text: string, program: string): Cause {
  const quoted = JSON.stringify(program);
  const chdir = /^chdir (?:to )?[`']?(.*?)[`']?: ([A-Z].*)$/.exec(text);
  if (chdir !== null) {
    const why = (chdir[2] ?? '').toLowerCase();
    return { text: `chdir to cwd (${JSON.stringify(chdir[1])}) set in config.json failed: ${why}`, exitCode: why.startsWith('no such file') ? 127 : 126 };
  }
  if (/executable file .*not found|^exec: No such file or directory$/.test(text)) return notFound(quoted, program);
  if (/open executable: Operation not permitted/.test(text)) return { text: `exec: ${quoted}: is a directory: permission denied`, exitCode: 126 };
  if (/open executable/.test(text) && /Permission denied/i.test(text)) return { text: `exec: ${quoted}: permission denied`, exitCode: 126 };
  if (/(exec|executable)/.test(text) && /No such file or directory/i.test(text) && text.includes(program)) return notFound(quoted, program);
  if (/exec.*: (Is a directory|Permission denied)/i.test(text)) return { text: `exec: ${quoted}: permission denied`, exitCode: 126 };
  if (/exec.*: Exec format error/i.test(text)) return { text: `exec ${program}: exec format error`, exitCode: 255 };
  if (/permission denied/i.test(text)) return { text, exitCode: 126 };
  if (/no such file or directory/i.test(text)) return { text: text.replace(/No such file or directory/, 'no such file or directory'), exitCode: 127 };
  if (/not a directory/i.test(text)) return { text: notADirectory(text), exitCode: 126 };
  return { text, exitCode: 128 };
}

function notFound(quoted: string, program: string): Cause {
  const text = program.includes('/') ? `exec: ${quoted}: stat ${program}: no such file or directory` : `exec: ${quoted}: executable file not found in $PATH`;
  return { text, exitCode: 127 };
}

function notADirectory(text: string): string {
  const mount = /mount [`']?(.*?)[`']? to [`']?(.*?)[`']?: Not a directory/i.exec(text);
  if (mount === null) return text.replace(/Not a directory/, 'not a directory');
  const hint = 'Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified host path exists and is the expected type';
  return `error mounting "${mount[1]}" to rootfs at "/${mount[2]?.replace(/^\//, '')}": not a directory: ${hint}`;
}
