import { EngineError } from '../../base/index.ts';
import { parseDotenv } from '../dotenv.ts';
import type { Environment, Project, Service, Texts } from '../types.ts';
import type { Files } from './files.ts';

/** Puts env files and label files into `environment` and `labels`, and gives names without a value the project's. */
export function resolveServiceFiles(service: Service, environment: Project['environment'], files: Files, warn: (name: string) => void): Service {
  const { env_file: envFiles, label_file: labelFiles, ...rest } = service;
  const fromFiles: Record<string, string | null> = {};
  for (const { path, required, format } of envFiles ?? []) {
    Object.assign(fromFiles, readEnvFile(path, required, format === 'raw', environment, files, warn));
  }
  const own = service.environment ?? {};
  const merged = resolveValues({ ...fromFiles, ...own }, environment);
  const labels = { ...readLabelFiles(labelFiles ?? [], files), ...service.labels };
  return {
    ...rest,
    ...(Object.keys(merged).length ? { environment: merged } : {}),
    ...(Object.keys(labels).length ? { labels } : {}),
    ...(service.build?.args ? { build: { ...service.build, args: withoutUnset(resolveValues(service.build.args, environment)) } } : {}),
  };
}

function readEnvFile(
  path: string,
  required: boolean,
  raw: boolean,
  environment: Texts,
  files: Files,
  warn: (name: string) => void,
): Record<string, string | null> {
  const text = files.read(path);
  if (text === undefined) {
    if (required) throw new EngineError('NOT_FOUND', `env file ${path} not found: stat ${path}: no such file or directory`);
    return {};
  }
  return Object.fromEntries(parseDotenv(text, { file: path, raw, lookup: (name) => environment[name], hooks: { unset: warn } }));
}

function readLabelFiles(paths: readonly string[], files: Files): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const path of paths) {
    const text = files.read(path);
    if (text === undefined) throw new EngineError('NOT_FOUND', `label file ${path} not found: stat ${path}: no such file or directory`);
    for (const [name, value] of parseDotenv(text, { file: path, lookup: () => undefined })) labels[name] = value ?? '';
  }
  return labels;
}

function resolveValues(values: Environment, environment: Texts): Record<string, string | null> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value ?? environment[name] ?? null]));
}

function withoutUnset(values: Environment): Environment {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}
