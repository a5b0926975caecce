import type { Invocation } from '../../invocation.ts';
import { reachOf } from '../../format/reach.ts';
import { ExitError } from '../../parse/usage-error.ts';

/** `port`: where a container's ports are published; one port's places when it is named. */
export async function run({ args, flags, connect, stdout }: Invocation): Promise<void> {
  const [name = '', wanted] = args;
  const client = await connect();
  const { NetworkSettings } = await client.containers.inspect(name);
  const reach = (ip: string | undefined): string => (flags.bool('reach') ? ` (${reachOf(ip ?? '')})` : '');
  const places = Object.entries(NetworkSettings.Ports ?? {}).map(([port, bindings]) => ({
    port,
    lines: (bindings ?? []).map(({ HostIp, HostPort }) => `${join(HostIp ?? '', HostPort ?? '')}${reach(HostIp)}`),
  }));
  if (wanted === undefined) {
    const lines = places.flatMap(({ port, lines: all }) => all.map((line) => ({ port: Number(port.split('/')[0]), line: `${port} -> ${line}` })));
    stdout.write(
      lines
        .toSorted((a, b) => a.port - b.port || (a.line < b.line ? -1 : 1))
        .map(({ line }) => `${line}\n`)
        .join(''),
    );
    return;
  }
  const [number = '', protocol = 'tcp'] = wanted.split('/');
  if (!/^\d+$/.test(number)) throw new ExitError(1, `Error: invalid port (${number}): strconv.ParseUint: parsing ${JSON.stringify(number)}: invalid syntax`);
  const found = places.find(({ port, lines }) => port === `${number}/${protocol}` && lines.length > 0);
  if (!found) throw new ExitError(1, `Error: No public port '${wanted}' published for ${name}`);
  stdout.write(found.lines.map((line) => `${line}\n`).join(''));
}

function join(ip: string, port: string): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}
