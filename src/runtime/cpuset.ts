import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { cgroupDir, cgroupHost } from '../linux/index.ts';

/** Parents that are known to be in order: they stay so while the host runs. */
const ready = new Set<string>();

/**
 * On cgroup v1 a group takes no process before it has processors and memory nodes, and a new one has none. The runtime copies them down for
 * groups that it makes, not for a parent that somebody else made: that is done here, for the parents of `cgroupsPath`.
 */
export function fillCpusetParents(cgroupsPath: string): void {
  const parent = dirname(cgroupsPath);
  const root = cgroupDir('', 'cpuset');
  if (cgroupHost().version !== 1 || root === undefined || ready.has(parent)) return;
  let path = '';
  for (const name of parent.split('/').filter((part) => part !== '')) {
    mkdirSync(`${root}${path}/${name}`, { recursive: true });
    for (const file of ['cpuset.cpus', 'cpuset.mems']) copyDown(`${root}${path}/${file}`, `${root}${path}/${name}/${file}`);
    path += `/${name}`;
  }
  ready.add(parent);
}

function copyDown(from: string, to: string): void {
  if (readFileSync(to, 'utf8').trim() === '') writeFileSync(to, readFileSync(from, 'utf8').trim());
}
