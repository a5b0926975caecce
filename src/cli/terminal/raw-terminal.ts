import type { TerminalSize } from '../../client/index.ts';

/** Puts the terminal of `stdin` into raw mode until disposed: every key goes to the container, Ctrl+C too. */
export function rawTerminal(stdin: NodeJS.ReadStream): Disposable {
  stdin.setRawMode(true);
  return { [Symbol.dispose]: () => void stdin.setRawMode(false) };
}

/** The size of the terminal behind `stdout`, or undefined when it is none. */
export function terminalSize(stdout: NodeJS.WriteStream): TerminalSize | undefined {
  return stdout.isTTY && stdout.rows > 0 ? { rows: stdout.rows, columns: stdout.columns } : undefined;
}

/** Calls `resize` with the size now and at every change of the window, until disposed. A failing resize is no reason to stop: the container may just have ended. */
export function followSize(stdout: NodeJS.WriteStream, resize: (size: TerminalSize) => Promise<void>): Disposable {
  const tell = (): void => {
    const size = terminalSize(stdout);
    if (size) resize(size).catch(() => undefined);
  };
  tell();
  stdout.on('resize', tell);
  return { [Symbol.dispose]: () => void stdout.off('resize', tell) };
}
