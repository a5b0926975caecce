import type { SystemInfo } from '../../../api/index.ts';
import { clientVersion } from '../../client-version.ts';
import { currentContext } from '../../connect/endpoint.ts';
import { failureText } from '../../connect/report-error.ts';
import { compileFormat, executeFormat } from '../../format/print-list.ts';
import { rawJson } from '../../format/raw-json.ts';
import type { Invocation } from '../../invocation.ts';
import { goJson, goValues } from '../../template/index.ts';
import { serverInfoText } from './info-text.ts';

/** `info`: the engine and its host. Without an engine it shows this program's part and ends with exit code 1. */
export async function run(call: Invocation): Promise<number> {
  const { flags, stdout, stderr, globals, config, env } = call;
  const format = flags.string('format');
  const context = currentContext(globals, config, env);
  let server: SystemInfo | undefined;
  let failure = '';
  try {
    server = JSON.parse(await rawJson(await call.connect(), '/info')) as SystemInfo;
  } catch (error) {
    failure = failureText(error);
  }
  const client = {
    Debug: globals.bool('debug'),
    Version: clientVersion.version,
    GitCommit: clientVersion.commit,
    GoVersion: '',
    Os: 'linux',
    Arch: process.arch === 'x64' ? 'amd64' : process.arch,
    Context: context,
    Plugins: [],
    Warnings: null,
  };
  if (format) {
    const all = { ...server, ...(failure ? { ServerErrors: [failure] } : {}), ClientInfo: client };
    stdout.write(`${format === 'json' ? goJson(all) : executeFormat(compileFormat(format), goValues(all))}\n`);
    return 0;
  }
  stdout.write(`Client:\n Version:    ${client.Version}\n Context:    ${context}\n Debug Mode: ${client.Debug}\n\nServer:\n`);
  if (server) {
    const { text, warnings } = serverInfoText(server);
    stdout.write(`${text}\n`);
    for (const warning of warnings) stderr.write(`${warning}\n`);
    return 0;
  }
  stderr.write(`${failure}\nerrors pretty printing info\n`);
  return 1;
}
