import { ContextStore } from '../../config/context-store.ts';
import { currentContext } from '../../connect/endpoint.ts';
import { formatList } from '../../format/print-list.ts';
import { byName } from '../../format/natural-order.ts';
import type { Invocation } from '../../invocation.ts';
import { View } from '../../template/index.ts';
import { defaultContext } from './context-entry.ts';

const headers = { Name: 'NAME', Description: 'DESCRIPTION', DockerEndpoint: 'DOCKER ENDPOINT', Error: 'ERROR', Current: 'CURRENT' };

/** `context ls`. */
export function run(call: Invocation): Promise<void> {
  const { flags, globals, config, env, stdout, stderr } = call;
  const current = currentContext(globals, config, env);
  const variable = ['SLIPWAY_HOST', 'DOCKER_HOST'].find((one) => env[one]);
  const all = [defaultContext(call), ...new ContextStore(config().directory).list()].toSorted((a, b) => byName(a.Name, b.Name));
  const rows = all.map(({ Name, Metadata, Endpoints }) => {
    const own = Metadata['Description'];
    const description = Name === 'default' ? `Current ${variable ?? 'SLIPWAY_HOST'} based configuration` : typeof own === 'string' ? own : '';
    return new View('*formatter.clientContextContext', {
      Current: () => Name === current,
      Description: () => description,
      DockerEndpoint: () => Endpoints['docker']?.Host ?? '',
      Error: () => '',
      Name: () => Name,
    });
  });
  const format = flags.string('format') || (flags.bool('quiet') ? '{{.Name}}' : '');
  const table = '{{.Name}}{{if .Current}} *{{end}}\t{{.Description}}\t{{.DockerEndpoint}}\t{{.Error}}';
  stdout.write(formatList(rows, { format, table, headers: { ...headers, Current: '' } }));
  if (variable && !globals.changed('context') && !flags.bool('quiet')) {
    stderr.write(
      `Warning: ${variable} environment variable overrides the active context. To use a context, either set the global --context flag, or unset ${variable} environment variable.\n`,
    );
  }
  return Promise.resolve();
}
