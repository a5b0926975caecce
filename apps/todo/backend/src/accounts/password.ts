import type { Argon2Parameters } from 'node:crypto';
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(argon2);
/** OWASP's second choice: 19 MiB, two passes; about 40 ms. */
const cost = { memory: 19_456, passes: 2, parallelism: 1 };
const tagLength = 32;

/** "$argon2id$v=19$m=19456,t=2,p=1$SALT$HASH", salt and hash in base64 without padding. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const hash = await derive('argon2id', { message: password, nonce, tagLength, ...cost });
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${unpadded(nonce)}$${unpadded(hash)}`;
}

/** Takes as long for a name that nobody has (`stored` null) as for a wrong password, so that answers do not tell which. */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const [, parameters = '', salt = '', hash = ''] = /^\$argon2id\$v=19\$([^$]+)\$([^$]+)\$([^$]+)$/.exec(stored ?? (await decoy())) ?? [];
  const expected = Buffer.from(hash, 'base64');
  const actual = await derive('argon2id', { message: password, nonce: Buffer.from(salt, 'base64'), tagLength: expected.length, ...costOf(parameters) });
  return timingSafeEqual(actual, expected) && stored !== null;
}

function costOf(parameters: string): Pick<Argon2Parameters, 'memory' | 'passes' | 'parallelism'> {
  const values = new Map(parameters.split(',').map((pair) => pair.split('=', 2) as [string, string]));
  return { memory: Number(values.get('m')), passes: Number(values.get('t')), parallelism: Number(values.get('p')) };
}

let decoyHash: Promise<string> | undefined;
const decoy = () => (decoyHash ??= hashPassword(randomBytes(16).toString('hex')));

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
