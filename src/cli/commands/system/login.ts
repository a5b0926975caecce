import { messageOf } from '../../../base/index.ts';
import type { AuthConfig } from '../../../api/index.ts';
import { credentialKey, readCredentials, storeCredentials } from '../../config/credentials.ts';
import type { Invocation } from '../../invocation.ts';
import { ExitError } from '../../parse/usage-error.ts';
import { ask, askSecret, readAll } from '../../terminal/prompt.ts';

/** `login`: has the engine try credentials at their registry and keeps them. */
export async function run(call: Invocation): Promise<void> {
  const { args, flags, config, connect, stdout, stderr } = call;
  const registry = credentialKey(args[0] ?? '');
  const given = await givenCredentials(call);
  const client = await connect();
  const known = given.password === undefined ? await readCredentials(config(), registry) : {};
  const auth: AuthConfig =
    known.identitytoken || (known.password && (!given.username || given.username === known.username))
      ? { ...known, serveraddress: registry }
      : { ...(await completed(call, given)), serveraddress: registry };
  const answer = await tryAuth(() => client.system.auth(auth), registry);
  const kept = await storeCredentials(config(), registry, answer.IdentityToken ? { ...auth, identitytoken: answer.IdentityToken } : auth);
  if (kept && !flags.changed('password')) stderr.write(unencrypted(kept));
  else if (kept) stderr.write(unencrypted(kept));
  stdout.write(`${answer.Status || 'Login Succeeded'}\n`);
}

async function givenCredentials({ flags, stdin, stderr }: Invocation): Promise<{ username?: string; password?: string }> {
  const username = flags.string('username');
  if (flags.changed('password') && flags.bool('password-stdin'))
    throw new ExitError(1, 'conflicting options: cannot specify both --password and --password-stdin');
  if (flags.changed('password') && flags.string('password') === '') throw new ExitError(1, 'password is empty');
  if (flags.changed('password')) stderr.write('WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n');
  if (flags.bool('password-stdin')) {
    if (username === '') throw new ExitError(1, 'the --password-stdin option requires --username to be set');
    const password = (await readAll(stdin)).replace(/\r?\n$/, '');
    return password === '' ? { username } : { username, password };
  }
  return { ...(username ? { username } : {}), ...(flags.changed('password') ? { password: flags.string('password') } : {}) };
}

async function completed(call: Invocation, given: { username?: string; password?: string }): Promise<{ username: string; password: string }> {
  if (given.username !== undefined && given.password !== undefined) return { username: given.username, password: given.password };
  if (!call.stdin.isTTY) throw new ExitError(1, 'Error: Cannot perform an interactive login from a non TTY device');
  const username = (given.username ?? (await ask(call, 'Username: '))).trim();
  if (username === '') throw new ExitError(1, 'Error: Non-null Username Required');
  const password = given.password ?? (await askSecret(call, 'Password: '));
  if (password === '') throw new ExitError(1, 'Error: Password Required');
  return { username, password };
}

async function tryAuth<T>(work: () => Promise<T>, registry: string): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const message = messageOf(error);
    const isAnswer = typeof (error as { details?: { status?: unknown } }).details?.status === 'number';
    throw new ExitError(1, isAnswer ? `Error response from daemon: ${message}` : `login to ${registry} failed: ${message}`);
  }
}

function unencrypted(file: string): string {
  return `\nWARNING! Your credentials are stored unencrypted in '${file}'.\nConfigure a credential helper to remove this warning. See\nhttps://docs.docker.com/go/credential-store/\n\n`;
}
