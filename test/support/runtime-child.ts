// A process that plays the engine which is killed: opens the runtime in a directory, starts containers, and says so.
//   node runtime-child.ts DIR ID COMMAND…
import { RuntimeRig } from './runtime-rig.ts';

const [dir = '', id = '', ...command] = process.argv.slice(2);
const rig = await RuntimeRig.open(dir);
const task = await rig.start(command, { id, openStdin: true, stdinOnce: false });
console.log(JSON.stringify({ pid: task.pid, startedAt: task.startedAt }));
setInterval(() => {}, 1000);
