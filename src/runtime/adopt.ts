import { existsSync } from 'node:fs';
import { isAlive, signalProcess } from './host-process.ts';
import { connectShim, readExit, readStarted } from './run-dir.ts';
import { runProgram } from './run-program.ts';
import { ShimLink } from './shim-link.ts';
import { ContainerTask, type TaskPlace } from './task.ts';
import { formatNanos } from './time.ts';
import type { TaskExit } from './types.ts';

/** What is found of a container: with a link it still runs. */
export interface Adopted {
  readonly task: ContainerTask;
  readonly link: ShimLink | undefined;
}

/** Finds out what became of a container that an earlier engine started. Undefined when it never ran, or nothing is left of it. */
export async function adoptTask(place: TaskPlace): Promise<Adopted | undefined> {
  if (!existsSync(place.dir)) return undefined;
  const running = await connectRunning(place);
  if (running !== undefined) return running;
  const facts = readStarted(place.dir);
  if (facts === undefined) return undefined;
  const exit = readExit(place.dir) ?? (await endOrphan(place));
  return { task: new ContainerTask(place, facts, undefined, Promise.resolve(exit)), link: undefined };
}

/** The shim listens from before the process runs until the container is deleted at the runtime. */
async function connectRunning(place: TaskPlace): Promise<Adopted | undefined> {
  const socket = connectShim(place.dir);
  if (socket === undefined) return undefined;
  socket.write('C\0');
  const link = new ShimLink(socket);
  const outcome = await link.outcome;
  if (outcome.kind !== 'started') return undefined;
  return { task: new ContainerTask(place, outcome.facts, link, exitOf(place, link)), link };
}

/** How a container ends whose shim we are connected to. */
export async function exitOf(place: TaskPlace, link: ShimLink): Promise<TaskExit> {
  return (await link.exit) ?? readExit(place.dir) ?? (await endOrphan(place));
}

/**
 * Without its shim a container has nobody who reads its output and nobody who would learn its exit code: what is left of it is killed
 * and deleted.
 */
async function endOrphan(place: TaskPlace): Promise<TaskExit> {
  const facts = readStarted(place.dir);
  if (facts !== undefined && isAlive(facts.process)) signalProcess(facts.process, 9);
  await runProgram(place.zygote, [place.oci.path, '--root', place.oci.root, 'delete', '--force', place.id], { hideUnified: place.oci.hideUnified });
  return { exitCode: 137, exitedAt: formatNanos(BigInt(Date.now()) * 1_000_000n), oomKilled: false, error: 'the shim of the container was lost' };
}
