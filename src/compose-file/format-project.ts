import { goJson } from './go-json.ts';
import { sortedMap } from './kinds/map-kind.ts';
import { wireOf, type WireFormat } from './kinds/kind.ts';
import { projectModel } from './model/project.ts';
import { service as serviceKind } from './model/service.ts';
import type { Project } from './types.ts';
import { yamlText } from './yaml-text.ts';

const sections = ['networks', 'volumes', 'secrets', 'configs', 'models'] as const;

/** A project as one Compose file: what `config` prints. "$" is doubled, so that it can be loaded again. */
export function formatProject(project: Project, format: WireFormat, options: { readonly escapeDollars?: boolean } = {}): string {
  const out = new Map<string, unknown>([['name', project.name]]);
  out.set(
    'services',
    sortedMap(project.services, (_name, service) => wireOf(serviceKind, service, format)),
  );
  for (const section of sections) {
    const kind = projectModel.fields[section];
    if (kind && Object.keys(project[section]).length) out.set(section, wireOf(kind, project[section], format));
  }
  for (const [key, value] of Object.entries(project.extensions)) out.set(key, fromPlain(value));
  const shown = options.escapeDollars === false ? out : escapeDollars(out);
  return format === 'yaml' ? yamlText(shown) : prettyJson(sortKeys(shown as Map<string, unknown>));
}

function sortKeys(map: Map<string, unknown>): Map<string, unknown> {
  return new Map([...map].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function fromPlain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromPlain);
  return typeof value === 'object' && value !== null ? sortedMap(value, (_key, one) => fromPlain(one)) : value;
}

function escapeDollars(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$');
  if (Array.isArray(value)) return value.map(escapeDollars);
  return value instanceof Map ? new Map([...(value as Map<string, unknown>)].map(([key, one]) => [key, escapeDollars(one)])) : value;
}

function prettyJson(value: unknown): string {
  // Go escapes "<", ">" and "&" here too unless told otherwise; Compose tells it otherwise.
  return JSON.stringify(JSON.parse(goJson(value)), null, 2);
}
