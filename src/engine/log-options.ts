import { join } from 'node:path';
import type { LogOptions } from '../runtime/index.ts';
import type { Container } from './container.ts';
import { containerDir } from './container-dir.ts';
import type { EngineContext } from './context.ts';
import { invalid } from './invalid.ts';

/** Docker's log options of a container as the runtime takes them. Sizes: "20m"; "-1" is without bound. */
export function logOptions(engine: Pick<EngineContext, 'settings'>, container: Container): LogOptions {
  const { Type: driver, Config: options } = container.record.hostConfig.LogConfig;
  return {
    driver: driver as LogOptions['driver'],
    path: logPath(engine, container),
    ...(options['max-size'] === undefined ? {} : { maxSizeBytes: parseSize(options['max-size']) }),
    ...(options['max-file'] === undefined ? {} : { maxFiles: parseCount(options['max-file']) }),
    attributes: logAttributes(container),
  };
}

/** DATA_ROOT/containers/ID/ID-json.log. */
export function logPath(engine: Pick<EngineContext, 'settings'>, container: Container): string {
  return join(containerDir(engine, container.id), `${container.id}-json.log`);
}

const units: Readonly<Record<string, number>> = { b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** "20m" → bytes; 0 for "-1" and "unlimited". */
function parseSize(text: string): number {
  if (text === '-1' || text === 'unlimited') return 0;
  const [, number, unit = 'b'] = /^(\d+(?:\.\d+)?) ?([bkmgt])?i?b?$/i.exec(text) ?? [];
  if (number === undefined) throw invalid(`failed to create task for container: failed to initialize logging driver: invalid size: '${text}'`);
  return Math.floor(Number(number) * (units[unit.toLowerCase()] ?? 1));
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw invalid('failed to create task for container: failed to initialize logging driver: max-file cannot be less than 1');
  return Number(text);
}

/** What the options labels, labels-regex, env, env-regex and tag add to every line. */
function logAttributes(container: Container): Record<string, string> {
  const { config, hostConfig } = container.record;
  const options = hostConfig.LogConfig.Config;
  const environment = Object.fromEntries((config.Env ?? []).map((entry) => [entry.split('=', 1)[0] ?? '', entry.slice(entry.indexOf('=') + 1)]));
  const tag = options['tag']
    ? { tag: options['tag'].replaceAll('{{.Name}}', container.name).replaceAll('{{.ID}}', container.id.slice(0, 12)).replaceAll('{{.FullID}}', container.id) }
    : {};
  return { ...pick(config.Labels, options['labels'], options['labels-regex']), ...pick(environment, options['env'], options['env-regex']), ...tag };
}

function pick(values: Readonly<Record<string, string>>, names: string | undefined, pattern: string | undefined): Record<string, string> {
  const wanted = new Set((names ?? '').split(',').map((name) => name.trim()));
  const expression = pattern ? new RegExp(pattern) : undefined;
  return Object.fromEntries(Object.entries(values).filter(([name]) => wanted.has(name) || expression?.test(name) === true));
}
