import { readFileSync } from 'node:fs';
import { parseDotenv, type Project } from '../../compose-file/index.ts';
import type { Invocation } from '../invocation.ts';
import { loadFrom } from './session.ts';

/** `config --explain NAME`: where a variable's value comes from, for the files themselves and for each service's containers. */
export function explainVariable(call: Invocation, project: Project, name: string): string {
  return [`${name} in the Compose files (\${${name}}):\n`, ...fileSources(call, project, name), ...serviceSources(call, project, name)].join('');
}

function fileSources({ env }: Invocation, project: Project, name: string): string[] {
  const found: string[] = [];
  if (env[name] !== undefined) found.push(`the shell: ${show(env[name])}`);
  for (const file of project.envFiles.toReversed()) {
    const value = valueIn(file, name);
    if (value !== undefined) found.push(`${file}: ${show(value ?? '')}`);
  }
  if (!found.length) return [`  not set; \${${name}} is empty\n`];
  return found.map(rankedLine);
}

function rankedLine(text: string, index: number): string {
  return index === 0 ? `  ✔ ${text}\n` : `    ${text} (overridden)\n`;
}

function serviceSources(call: Invocation, project: Project, name: string): string[] {
  const raw = loadFrom(call, { resolveEnvironment: false, warn: () => undefined });
  return Object.values(raw.services).flatMap((service) => {
    const found: string[] = [];
    if (service.environment && name in service.environment) {
      const value = service.environment[name];
      found.push(
        value === null || value === undefined ? `environment, passed through: ${show(project.environment[name] ?? '')}` : `environment: ${show(value)}`,
      );
    }
    for (const { path } of (service.env_file ?? []).toReversed()) {
      const value = valueIn(path, name);
      if (value !== undefined) found.push(`env_file ${path}: ${show(value ?? '')}`);
    }
    if (!found.length) return [];
    return [`${name} in containers of ${service.name}:\n`, ...found.map(rankedLine)];
  });
}

function valueIn(file: string, name: string): string | null | undefined {
  try {
    return parseDotenv(readFileSync(file, 'utf8'), { file, lookup: () => undefined }).get(name);
  } catch {
    // A file that cannot be read has been told when the project was loaded.
    return undefined;
  }
}

function show(value: string): string {
  return JSON.stringify(value);
}
