import { writeFileSync } from 'node:fs';
import {
  formatProject,
  type LoadOptions,
  noSuchService,
  type Project,
  selectServices,
  serviceHash,
  type VariableUse,
  withoutUnused,
} from '../../compose-file/index.ts';
import { imageName } from '../../compose/index.ts';
import type { Invocation } from '../invocation.ts';
import { ExitError } from '../parse/usage-error.ts';
import { explainVariable } from './explain-variable.ts';
import { pinnedImages } from './pinned-images.ts';
import { selected } from './selection.ts';
import { loadFrom, separator } from './session.ts';

/** `compose config`: checks the files and prints what they mean, or one side of it. */
export async function run(call: Invocation): Promise<void> {
  const { flags, args, stdout } = call;
  const uses = new Map<string, VariableUse>();
  const project = loadFrom(call, { ...loadOptions(call), onVariable: (use) => void (uses.has(use.name) || uses.set(use.name, use)) });
  const part = withoutUnused(args.length ? selected(project, args, false) : selectServices(project, []));
  const text = await textOf(call, project, flags.bool('all-resources') ? project : part, uses);
  if (flags.bool('quiet')) return;
  const file = flags.string('output');
  if (file) writeFileSync(file, text);
  else stdout.write(text);
}

function loadOptions({ flags }: Invocation): Partial<LoadOptions> {
  const literal = flags.bool('no-interpolate') || flags.bool('variables');
  return {
    interpolate: !flags.bool('no-interpolate'),
    checkConsistency: !flags.bool('no-consistency') && !literal,
    resolveEnvironment: !flags.bool('no-env-resolution') && !literal,
    resolvePaths: !flags.bool('no-path-resolution'),
    normalize: !flags.bool('no-normalize'),
  };
}

async function textOf(call: Invocation, project: Project, part: Project, uses: ReadonlyMap<string, VariableUse>): Promise<string> {
  const { flags } = call;
  const services = Object.values(part.services);
  const all = [...Object.values(project.services), ...Object.values(project.disabledServices)];
  if (flags.changed('explain')) return explainVariable(call, project, flags.string('explain'));
  if (flags.bool('services')) return lines(Object.keys(part.services));
  if (flags.bool('volumes')) return lines(Object.keys(part.volumes));
  if (flags.bool('networks')) return lines(Object.keys(part.networks));
  if (flags.bool('models')) return lines(Object.keys(part.models));
  if (flags.bool('profiles')) return lines([...new Set(all.flatMap(({ profiles }) => profiles ?? []))].toSorted());
  if (flags.bool('images')) return lines(services.map((service) => imageName(project, service, separator(call))));
  if (flags.changed('hash')) return hashes(part, flags.string('hash'));
  if (flags.bool('environment'))
    return lines(
      Object.entries(project.environment)
        .map(([name, value]) => `${name}=${value}`)
        .toSorted(),
    );
  if (flags.bool('variables')) return variables(uses, flags.string('format'));
  const format = flags.string('format') || 'yaml';
  if (format !== 'yaml' && format !== 'json') throw new ExitError(1, `unsupported format "${format}": use "yaml" or "json"`);
  if (flags.bool('lock-image-digests')) return await lockFile(call, part);
  const shown = flags.bool('resolve-image-digests') ? await pinnedImages(call, part) : part;
  const text = formatProject(shown, format, { escapeDollars: !flags.bool('no-interpolate') });
  return text.endsWith('\n') ? text : `${text}\n`;
}

async function lockFile(call: Invocation, project: Project): Promise<string> {
  const pinned = await pinnedImages(call, project);
  return `services:\n${Object.values(pinned.services)
    .flatMap(({ name, image }) => (image === undefined ? [] : [`  ${name}:\n    image: ${image}\n`]))
    .join('')}`;
}

function hashes(project: Project, wanted: string): string {
  const names = wanted === '*' ? Object.keys(project.services).toSorted() : wanted.split(',');
  return lines(
    names.map((name) => {
      const service = project.services[name];
      if (!service) throw noSuchService(project, name);
      return `${name} ${serviceHash(service)}`;
    }),
  );
}

function variables(uses: ReadonlyMap<string, VariableUse>, format: string): string {
  const rows = [...uses.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  if (format === 'json')
    return `${JSON.stringify(Object.fromEntries(rows.map((use) => [use.name, { Name: use.name, DefaultValue: use.defaultValue ?? '', PresenceValue: use.presenceValue ?? '', Required: use.required }])))}\n`;
  const cells = [
    ['NAME', 'REQUIRED', 'DEFAULT VALUE', 'ALTERNATE VALUE'],
    ...rows.map((use) => [use.name, String(use.required), use.defaultValue ?? '', use.presenceValue ?? '']),
  ];
  return cells.map((row) => `${row.map((cell) => cell.padEnd(20)).join('')}\n`).join('');
}

function lines(values: readonly string[]): string {
  return values.map((value) => `${value}\n`).join('');
}
