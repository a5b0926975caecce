import { output } from './standard-streams.ts';

const FORWARDED = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR2', 'SIGCONT', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU', 'SIGALRM', 'SIGIO', 'SIGPWR'] as const;

/** Passes every signal of this process to `send` until disposed. The third SIGINT or SIGTERM ends the process at once, so that nobody is ever stuck. */
export function forwardSignals(send: (signal: string) => Promise<void>): Disposable {
  let urgent = 0;
  const listeners = FORWARDED.map((signal) => {
    const listener = (): void => {
      if ((signal === 'SIGINT' || signal === 'SIGTERM') && ++urgent === 3) {
        output.stderr.write('\ngot 3 SIGTERM/SIGINTs, forcefully exiting\n');
        process.exit(1);
      }
      // A container that has just ended takes no signal; its exit is on the way.
      send(signal.slice(3)).catch(() => undefined);
    };
    process.on(signal, listener);
    return { signal, listener };
  });
  return { [Symbol.dispose]: () => listeners.forEach(({ signal, listener }) => process.off(signal, listener)) };
}
