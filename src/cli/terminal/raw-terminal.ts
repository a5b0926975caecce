import { spawnSync } from 'node:child_process';
import type { TerminalSize } from '../../client/index.ts';

/** Puts the terminal of `stdin` into raw mode until disposed: every key goes to the container, Ctrl+C too, and what comes back is shown as it is. */
export function rawTerminal(stdin: NodeJS.ReadStream): Disposable {
  stdin.setRawMode(true);
  // Raw mode of the runtime leaves output alone, so that a line feed would still become two characters.
  setOutputProcessing('-opost');
  return {
    [Symbol.dispose]: () => {
      setOutputProcessing('opost');
      stdin.setRawMode(false);
    },
  };
}

/** The runtime has no call for it; the tool is there wherever a terminal is. Without it lines end in two characters, and nothing else is lost. */
function setOutputProcessing(flag: 'opost' | '-opost'): void {
  spawnSync('stty', [flag], { stdio: ['inherit', 'ignore', 'ignore'] });
}

/** The size of the terminal behind `stdout`, or undefined when it is none. */
export function terminalSize(stdout: NodeJS.WriteStream): TerminalSize | undefined {
  if (!stdout.isTTY) return undefined;
  const [columns, rows] = stdout.getWindowSize();
  return rows > 0 ? { rows, columns } : undefined;
}

/** Calls `resize` with the size now and at every change of the window, until disposed. A failing resize is no reason to stop: the container may just have ended. */
export function followSize(stdout: NodeJS.WriteStream, resize: (size: TerminalSize) => Promise<void>): Disposable {
  const tell = (): void => {
    const size = terminalSize(stdout);
    if (size) resize(size).catch(() => undefined);
  };
  tell();
  process.on('SIGWINCH', tell);
  return { [Symbol.dispose]: () => void process.off('SIGWINCH', tell) };
}
