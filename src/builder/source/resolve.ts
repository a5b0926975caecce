import type { SourceTree } from './node.ts';

const MAX_LINKS = 255;

/** Follows links as a process would whose root is the tree: absolute targets and ".." stay inside. Answers the real path, or undefined when nothing is there, or only links that lead in a circle. */
export function resolveLinks(tree: SourceTree, path: string): string | undefined {
  const pending = path.split('/').filter(isStep).toReversed();
  const done: string[] = [];
  let links = 0;
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (name === '..') {
      done.pop();
      continue;
    }
    const here = [...done, name].join('/');
    const node = tree.node(here);
    if (!node) return undefined;
    if (node.type !== 'symlink') {
      done.push(name);
      continue;
    }
    if (++links > MAX_LINKS) return undefined;
    const target = node.linkName ?? '';
    if (target.startsWith('/')) done.length = 0;
    pending.push(...target.split('/').filter(isStep).toReversed());
  }
  return done.join('/');
}

/** A path of an instruction as a path in the tree: "../a" and "/a" are both "a". */
export function cleanPath(path: string): string {
  const done: string[] = [];
  for (const name of path.split('/').filter(isStep)) {
    if (name === '..') done.pop();
    else done.push(name);
  }
  return done.join('/');
}

function isStep(name: string): boolean {
  return name !== '' && name !== '.';
}
