import { runCli } from './cli.ts';

const code = await runCli(process.argv.slice(2));
// What has been written must arrive before the end; what still waits for a stream that nobody needs any more must not hold it up.
await Promise.all([process.stdout, process.stderr].map((stream) => new Promise<void>((resolve) => stream.write('', () => resolve()))));
process.exit(code);
