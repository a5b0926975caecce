import { existsSync, readFileSync } from 'node:fs';

/** The files that loading reads; tests give their own. */
export interface Files {
  /** Text of a file, or undefined when it is not there. Other failures throw the system's error. */
  read(path: string): string | undefined;
  exists(path: string): boolean;
  /** All of standard input. */
  stdin(): string;
}

/** The files of this machine. */
export const systemFiles: Files = {
  read(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOENT') return undefined;
      throw error;
    }
  },
  exists: existsSync,
  stdin: () => readFileSync(0, 'utf8'),
};
