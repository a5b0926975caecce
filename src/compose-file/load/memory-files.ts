import type { Files } from './files.ts';

/** Files that exist only in a test. */
export function memoryFiles(texts: Readonly<Record<string, string>>, stdin = ''): Files {
  return { read: (path) => texts[path], exists: (path) => path in texts, stdin: () => stdin };
}
