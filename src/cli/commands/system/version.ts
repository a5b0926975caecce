import { arch } from 'node:os';
import type { SystemVersion } from '../../../api/index.ts';
import { clientVersion } from '../../client-version.ts';
import { currentContext } from '../../connect/endpoint.ts';
import { failureText } from '../../connect/report-error.ts';
import { compileFormat, executeFormat } from '../../format/print-list.ts';
import type { Invocation } from '../../invocation.ts';
import { goJson, goValues, View } from '../../template/index.ts';

/** What `version` shows of this program, in Docker's words. */
interface ClientInfo {
  readonly Version: string;
  readonly ApiVersion: string;
  readonly DefaultAPIVersion: string;
  readonly GitCommit: string;
  readonly GoVersion: string;
  readonly Os: string;
  readonly Arch: string;
  readonly BuildTime?: string;
  readonly Context: string;
}

/** `version`: of this program and of the engine. Without an engine it shows the first part and ends with exit code 1. */
export async function run(call: Invocation): Promise<number> {
  const { flags, stdout, stderr, globals, config, env } = call;
  let server: SystemVersion | undefined;
  let failure = '';
  try {
    server = readable(await (await call.connect()).system.version());
  } catch (error) {
    failure = failureText(error);
  }
  const client = clientInfo(currentContext(globals, config, env), server);
  const format = flags.string('format');
  const all = { Client: client, Server: server ?? null };
  if (format === 'json') stdout.write(`${goJson(all)}\n`);
  else if (format) stdout.write(`${executeFormat(compileFormat(format), { Client: apiView(client), Server: server && apiView(server) })}\n`);
  else stdout.write(clientText(client) + (server ? serverText(server) : ''));
  if (failure) stderr.write(`${failure}\n`);
  return failure ? 1 : 0;
}

/** Go's field is APIVersion where the JSON says ApiVersion; both names work in templates. */
function apiView(version: object & { readonly ApiVersion: string }): View {
  const values = Object.entries(goValues(version) as Record<string, unknown>);
  const fields = Object.fromEntries([...values, ['APIVersion', version.ApiVersion] as const].map(([name, value]) => [name, () => value]));
  return new View('*types.Version', fields, {}, version);
}

function clientInfo(context: string, server: SystemVersion | undefined): ClientInfo {
  const { version, apiVersion, commit, built } = clientVersion;
  const runtime = process.versions['bun'] === undefined ? `node${process.versions.node}` : `bun${process.versions['bun']}`;
  const negotiated = server && Number(server.ApiVersion.split('.')[1]) < Number(apiVersion.split('.')[1]) ? server.ApiVersion : apiVersion;
  return {
    Version: version,
    ApiVersion: negotiated,
    DefaultAPIVersion: apiVersion,
    GitCommit: commit,
    GoVersion: runtime,
    Os: 'linux',
    Arch: arch() === 'x64' ? 'amd64' : arch(),
    ...(built ? { BuildTime: dateText(built) } : {}),
    Context: context,
  };
}

/** The build time of the engine as people read it, also in JSON. */
function readable(version: SystemVersion): SystemVersion {
  const Components = version.Components.map((part) =>
    part.Details['BuildTime'] ? { ...part, Details: { ...part.Details, BuildTime: dateText(part.Details['BuildTime']) } } : part,
  );
  return { ...version, Components };
}

function clientText(client: ClientInfo): string {
  const { ApiVersion, DefaultAPIVersion } = client;
  return [
    'Client:',
    ` Version:           ${client.Version}`,
    ` API version:       ${ApiVersion}${ApiVersion === DefaultAPIVersion ? '' : ` (downgraded from ${DefaultAPIVersion})`}`,
    ` Runtime:           ${client.GoVersion}`,
    ` Git commit:        ${client.GitCommit}`,
    ` Built:             ${client.BuildTime ?? ''}`,
    ` OS/Arch:           ${client.Os}/${client.Arch}`,
    ` Context:           ${client.Context}`,
    '',
  ].join('\n');
}

function serverText({ Platform, Components }: SystemVersion): string {
  const parts = Components.map(({ Name, Version, Details }) => [` ${Name}:`, `  Version:          ${Version}`, ...detailLines(Name, Details)].join('\n'));
  return `\nServer:${Platform?.Name ? ` ${Platform.Name}` : ''}\n${parts.join('\n')}\n`;
}

function detailLines(name: string, details: Readonly<Record<string, string>>): string[] {
  const line = (label: string, value: string): string => `  ${`${label}:`.padEnd(18)}${value}`;
  if (name !== 'Engine')
    return Object.entries(details)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => line(key, value));
  const { ApiVersion = '', MinAPIVersion = '', GoVersion = '', GitCommit = '', BuildTime = '', Os = '', Arch = '', Experimental = 'false' } = details;
  return [
    line('API version', `${ApiVersion} (minimum version ${MinAPIVersion})`),
    line('Go version', GoVersion),
    line('Git commit', GitCommit),
    line('Built', dateText(BuildTime)),
    line('OS/Arch', `${Os}/${Arch}`),
    line('Experimental', Experimental),
  ];
}

/** RFC 3339 times as "Tue Sep 15 11:02:57 2026"; other texts as they are. */
function dateText(text: string): string {
  const date = /^\d{4}-\d\d-\d\dT/.test(text) ? new Date(text) : undefined;
  if (!date || Number.isNaN(date.getTime())) return text;
  const [, weekday = '', day = '', month = '', year = '', time = ''] = /^(\w+), (\d+) (\w+) (\d+) ([\d:]+)/.exec(date.toUTCString()) ?? [];
  return `${weekday} ${month} ${String(Number(day)).padStart(2)} ${time} ${year}`;
}
