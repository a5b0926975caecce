import { runCli } from './cli.ts';
import { flushOutput } from './terminal/standard-streams.ts';

const code = await runCli(process.argv.slice(2));
// What has been written must arrive before the end; what still waits for a stream that nobody needs any more must not hold it up.
await flushOutput();
process.exit(code);
