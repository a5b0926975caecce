import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { nodeFlags } from '../../base/index.ts';

/** The folder that holds bin, src and dist: of the checkout, or of the installed package. */
export function installationRoot(): string {
  const program = basename(process.execPath);
  if (program.startsWith('slipway')) return dirname(dirname(process.execPath));
  return join(import.meta.dirname, '../../..');
}

/** The words that run the engine: Node 24 and the bundled engine, or the sources where they are newer or nothing is bundled. */
export function engineCommand(): [string, ...string[]] {
  return nodeCommand('dist/engine.js', 'src/daemon/main.ts');
}

/** The words that run a registry. */
export function registryCommand(): [string, ...string[]] {
  return nodeCommand('dist/serve.main.js', 'src/registry/serve.main.ts');
}

function nodeCommand(bundled: string, written: string): [string, ...string[]] {
  const root = installationRoot();
  return [nodeProgram(root), ...nodeFlags, entryOf(root, bundled, written)];
}

function entryOf(root: string, bundled: string, written: string): string {
  const bundle = join(root, bundled);
  const source = join(root, written);
  if (!existsSync(bundle)) return source;
  return existsSync(source) && newest(join(root, 'src')) > statSync(bundle).mtimeMs ? source : bundle;
}

/** Of the folders only: a folder's time changes with files that come and go, a file's with edits, so both are looked at two levels deep. */
function newest(directory: string): number {
  const { globSync } = process.getBuiltinModule('node:fs');
  return globSync('*/{*.ts,*/*.ts}', { cwd: directory }).reduce((latest, file) => Math.max(latest, statSync(join(directory, file)).mtimeMs), 0);
}

function nodeProgram(root: string): string {
  // In a checkout the package `node` lies below, as a dependency of an installed package beside.
  const own = ['node_modules/node/bin/node', '../node/bin/node'].map((path) => join(root, path)).find((path) => existsSync(path));
  if (own) return own;
  const major = Number(process.versions.node.split('.')[0]);
  return process.versions['bun'] === undefined && major >= 24 ? process.execPath : 'node';
}
