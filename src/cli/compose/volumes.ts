import { noSuchService } from '../../compose-file/index.ts';
import { label } from '../../compose/index.ts';
import { volumeHeaders, volumeView } from '../commands/volume/volume-view.ts';
import { formatList } from '../format/print-list.ts';
import type { Invocation } from '../invocation.ts';
import { projectOrName } from './session.ts';

/** `compose volumes`: volumes of the project, or those that services use. */
export async function run(call: Invocation): Promise<void> {
  const { flags, args, stdout } = call;
  const { name, project } = projectOrName(call);
  const client = await call.connect();
  const { Volumes } = await client.volumes.list({ label: [`${label.project}=${name}`] });
  const wanted =
    args.length && project
      ? new Set(
          args.flatMap((service) => {
            const found = project.services[service];
            if (!found) throw noSuchService(project, service);
            return (found.volumes ?? []).flatMap(({ type, source }) =>
              type === 'volume' && source !== undefined ? [project.volumes[source]?.name ?? source] : [],
            );
          }),
        )
      : undefined;
  const volumes = (Volumes ?? []).filter((volume) => !wanted || wanted.has(volume.Name));
  if (flags.bool('quiet')) return void stdout.write(volumes.map((volume) => `${volume.Name}\n`).join(''));
  stdout.write(formatList(volumes.map(volumeView), { format: flags.string('format'), table: '{{.Driver}}\t{{.Name}}', headers: volumeHeaders }));
}
