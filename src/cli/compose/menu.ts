import type { Client } from '../../client/index.ts';
import type { Project } from '../../compose-file/index.ts';
import type { Invocation } from '../invocation.ts';
import { startWatch, type WatchSession } from './watch-session.ts';

/** What the keys can do. */
export interface MenuOptions {
  /** True on a terminal, unless switched off. */
  readonly keys: boolean;
  /** Begin to watch at once. */
  readonly watch: boolean;
  readonly print: (text: string) => void;
  readonly interrupt: () => void;
  readonly detach: () => void;
  /** True when the project is up. */
  readonly ready: () => boolean;
}

/** Keys while attached: w watches files or stops that, d leaves the containers running. Ctrl+C works as always. Disposing gives the terminal back. */
export function openMenu(call: Invocation, client: Client, project: Project, options: MenuOptions): Disposable {
  const { stdin } = call;
  let watch: WatchSession | undefined;
  const toggle = (): void => {
    if (watch) {
      watch[Symbol.dispose]();
      watch = undefined;
      options.print('Watch disabled');
    } else watch = startWatch(call, client, project, { print: options.print, prune: true, quiet: true });
  };
  const onKey = (data: Buffer): void => {
    for (const key of data.toString()) {
      if (key === '\u0003') options.interrupt();
      else if (key === 'w') toggle();
      else if (key === 'd' && options.ready()) options.detach();
    }
  };
  if (options.keys) {
    stdin.setRawMode(true);
    stdin.on('data', onKey).resume();
    call.stderr.write('\n\u001B[2mw Enable Watch   d Detach\u001B[0m\n');
  }
  if (options.watch) toggle();
  return {
    [Symbol.dispose]: () => {
      watch?.[Symbol.dispose]();
      if (!options.keys) return;
      stdin.off('data', onKey).pause();
      stdin.setRawMode(false);
    },
  };
}
