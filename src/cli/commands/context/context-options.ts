import { readFileSync } from 'node:fs';
import type { ContextEndpoint, ContextStore, TlsFiles } from '../../config/context-store.ts';
import { fileError } from '../../flags/env.ts';
import { splitPair } from '../../flags/key-values.ts';
import { splitComma } from '../../parse/split-comma.ts';
import { ExitError } from '../../parse/usage-error.ts';

/** A name that a context may have. Ends the command otherwise. */
export function checkContextName(name: string): void {
  if (name === 'default') throw new ExitError(1, '"default" is a reserved context name');
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$/.test(name))
    throw new ExitError(1, `context name ${JSON.stringify(name)} is invalid, names are validated against regexp "^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$"`);
}

/** The endpoint and TLS files of a --docker value: "host=tcp://x:2376,ca=ca.pem,cert=cert.pem,key=key.pem,skip-tls-verify=true,from=other". */
export function readEndpoint(values: readonly string[], store: ContextStore): { endpoint: ContextEndpoint; tls: TlsFiles } {
  const fields = new Map(values.flatMap(splitComma).map(splitPair));
  const from = fields.get('from');
  if (from !== undefined) return { endpoint: store.get(from).Endpoints['docker'] ?? { SkipTLSVerify: false }, tls: store.tlsFiles(from) };
  for (const name of fields.keys())
    if (!['host', 'ca', 'cert', 'key', 'skip-tls-verify'].includes(name)) throw new ExitError(1, `unrecognized config key: ${name}`);
  const tls = [
    ['ca', 'ca.pem'],
    ['cert', 'cert.pem'],
    ['key', 'key.pem'],
  ].flatMap(([field = '', file = '']) => (fields.has(field) ? [[file, readPem(fields.get(field) ?? '')] as const] : []));
  const host = fields.get('host');
  return {
    endpoint: { ...(host ? { Host: host } : {}), SkipTLSVerify: /^(1|t|true)$/i.test(fields.get('skip-tls-verify') ?? '') },
    tls: Object.fromEntries(tls),
  };
}

function readPem(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ExitError(1, `unable to create docker endpoint config: ${fileError('open', file, error).message}`);
  }
}
