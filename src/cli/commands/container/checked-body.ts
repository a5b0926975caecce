import { failureText } from '../../connect/report-error.ts';
import { proxyVariables } from '../../flags/env.ts';
import { referenceProblem } from '../../image-name.ts';
import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';
import { createBody, type CreateBody } from './create-body.ts';

/** The create request of a call of run or create; contradictions end the command with exit code 125. */
export function checkedBody(call: Invocation): CreateBody {
  const [image = '', ...command] = call.args;
  try {
    const pull = call.flags.string('pull');
    if (!['always', 'missing', 'never', ''].includes(pull)) throw new Error(`invalid pull option: '${pull}': must be one of "always", "missing" or "never"`);
    const problem = /^[a-f0-9]{64}$/.test(image) ? undefined : referenceProblem(image);
    if (problem) throw new Error(problem);
    const body = createBody(call.flags, image, command, call.env);
    const proxies = proxyVariables(call.config(), call.env['SLIPWAY_HOST'] ?? '', body.Env ?? []);
    return proxies.length > 0 ? { ...body, Env: [...(body.Env ?? []), ...proxies] } : body;
  } catch (error) {
    throw withHelp(call, error);
  }
}

/** A failure of run in Docker's form: who speaks, what happened, where to read on; exit code 125 unless another is known. */
export function withHelp({ program, path }: Invocation, error: unknown, exitCode = 125): ExitError {
  if (error instanceof ExitError) return error;
  return new ExitError(exitCode, `${program}: ${failureText(error)}\n\nRun '${path} --help' for more information`);
}
