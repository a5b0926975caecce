import { messageOf } from '../base/index.ts';
import { engineHelp, parseDaemonOptions } from './options.ts';
import { startDaemon } from './start-daemon.ts';

/** The engine as a process: `slipway engine`. Exit codes: 0 after a signal, 1 when it cannot start. */
async function main(): Promise<void> {
  const options = parseDaemonOptions(process.argv.slice(2));
  if (!options) {
    process.stdout.write(engineHelp());
    return;
  }
  if (process.getuid?.() !== 0) throw new Error('The engine needs root: it mounts file systems and makes namespaces. Run it with sudo.');
  const daemon = await startDaemon(options);
  process.stderr.write(`slipway engine listens on ${daemon.addresses.join(', ')}\n`);
  const end = (): void => {
    daemon.close().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  const leave = (): void => {
    daemon.destroy().then(() => process.exit(0), fail);
  };
  process.on('SIGTERM', end).on('SIGINT', end);
  if (options.ephemeral) process.stdin.on('end', leave).on('error', leave).resume();
  // The program that started it waits for this line.
  if (options.ephemeral) process.stdout.write(`${JSON.stringify({ addresses: daemon.addresses })}\n`);
}

function fail(error: unknown): never {
  process.stderr.write(`slipway engine: ${messageOf(error)}\n`);
  process.exit(1);
}

/** An error that nobody caught is a fault to report, never a reason to leave running containers without their engine. */
function report(error: unknown): void {
  process.stderr.write(`slipway engine: uncaught: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}

process.on('uncaughtException', report).on('unhandledRejection', report);
process.on('SIGHUP', () => {});
process.on('SIGPIPE', () => {});
main().catch(fail);
