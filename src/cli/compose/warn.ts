import type { Invocation } from '../invocation.ts';

/** Prints warnings as Docker Compose's logger does: coloured on a terminal, key=value elsewhere. */
export function warner({ stderr }: Invocation): (message: string) => void {
  return (message) => {
    const time = `${new Date().toISOString().slice(0, 19)}Z`;
    stderr.write(stderr.isTTY ? `\u001B[33mWARN\u001B[0m[0000] ${message} \n` : `time="${time}" level=warning msg=${JSON.stringify(message)}\n`);
  };
}
