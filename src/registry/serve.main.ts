import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { EngineError, messageOf } from '../base/index.ts';
import { serveRegistry } from './server/serve-registry.ts';
import type { ServeRegistryOptions } from './server/serve-registry.ts';

/* The process behind `slipway registry serve`: says where it listens, and ends cleanly at SIGTERM or SIGINT. */

function readOptions(): ServeRegistryOptions {
  const { values } = parseArgs({
    options: {
      listen: { type: 'string', default: '127.0.0.1:5000' },
      storage: { type: 'string' },
      'tls-cert': { type: 'string' },
      'tls-key': { type: 'string' },
      'read-only': { type: 'boolean', default: false },
    },
  });
  if (values.storage === undefined) throw new EngineError('INVALID_ARGUMENT', 'where should the registry keep its blobs? Give a folder with --storage DIR');
  const certificate = values['tls-cert'];
  const key = values['tls-key'];
  if ((certificate === undefined) !== (key === undefined)) throw new EngineError('INVALID_ARGUMENT', 'TLS needs both --tls-cert FILE and --tls-key FILE');
  return {
    root: values.storage,
    readOnly: values['read-only'],
    ...addressOf(values.listen),
    ...(certificate !== undefined && key !== undefined && { tls: { certificate: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') } }),
  };
}

/** "127.0.0.1:5000", ":5000" for every address, "[::1]:0". */
function addressOf(listen: string): { readonly host: string; readonly port: number } {
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(listen) ?? [];
  if (port === '' || Number(port) > 65_535)
    throw new EngineError('INVALID_ARGUMENT', `invalid address "${listen}": an address and a port are expected, "127.0.0.1:5000" for example`);
  return { host: host === '' ? '0.0.0.0' : host.replace(/^\[|\]$/g, ''), port: Number(port) };
}

try {
  const server = await serveRegistry(readOptions());
  process.stdout.write(`listening on ${server.address}\n`);
  const end = (): void => void server[Symbol.asyncDispose]().then(() => process.exit(0));
  process.once('SIGTERM', end).once('SIGINT', end);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
