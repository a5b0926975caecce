// Holds the import table of docs/ARCHITECTURE.md against the code: imports point down, and only along these arrows.
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../src');
const values = ['base', 'oci', 'tar', 'dockerfile', 'compose-file', 'api'];
const boundary = [...values, 'linux'];
const records = [...boundary, 'state', 'events'];
const stores = [...records, 'content', 'snapshot', 'registry', 'image', 'network', 'volume', 'runtime'];

/** Room → the rooms that it may import. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  base: [],
  oci: ['base'],
  tar: ['base'],
  dockerfile: ['base', 'oci'],
  'compose-file': ['base', 'oci'],
  api: ['base', 'oci'],
  linux: values,
  state: boundary,
  events: boundary,
  content: records,
  snapshot: [...records, 'content'],
  registry: [...records, 'content'],
  image: [...records, 'content', 'snapshot', 'registry'],
  network: records,
  volume: records,
  runtime: records,
  builder: stores,
  engine: stores,
  daemon: [...stores, 'builder', 'engine'],
  client: values,
  'build-context': values,
  library: [...values, 'client'],
  compose: [...values, 'client'],
  cli: [...values, 'client', 'build-context', 'compose'],
};

const importLine = /(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s*['"](\.[^'"]+)['"]|import\(\s*['"](\.[^'"]+)['"]\s*\)|(?:^|\n)import\s*['"](\.[^'"]+)['"]/g;

function roomOf(path: string): string {
  return relative(root, path).split('/')[0] ?? '';
}

function complaintsOf(file: string): string[] {
  const room = roomOf(file);
  const allowed = arrows[room];
  if (allowed === undefined) return [`${relative(root, file)}: room "${room}" is not in the table of tools/check-layers.ts`];
  const complaints: string[] = [];
  for (const found of readFileSync(file, 'utf8').matchAll(importLine)) {
    const target = resolve(dirname(file), found[1] ?? found[2] ?? found[3] ?? '');
    const to = roomOf(target);
    const where = `src/${relative(root, file)}`;
    if (to === room) continue;
    if (to.startsWith('..')) complaints.push(`${where}: imports ${relative(root, target)}, which lies outside src`);
    else if (!allowed.includes(to)) complaints.push(`${where}: ${room} must not import ${to}`);
    else if (target !== join(root, to, 'index.ts')) complaints.push(`${where}: of ${to}, import only its index.ts, not ${relative(join(root, to), target)}`);
  }
  return complaints;
}

const files = globSync('*/**/*.ts', { cwd: root }).filter((file) => !file.endsWith('.test.ts'));
const complaints = files.flatMap((file) => complaintsOf(join(root, file)));
for (const complaint of complaints) console.error(complaint);
console.log(complaints.length === 0 ? `layers: ${files.length} files keep to the table` : `layers: ${complaints.length} imports break the table`);
process.exitCode = complaints.length === 0 ? 0 : 1;
