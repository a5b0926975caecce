import type { Container } from './container.ts';
import type { EngineContext } from './context.ts';
import { decodeFrames } from '../api/index.ts';
import { execLine } from './exec-create.ts';
import { execProcess } from './exec-process.ts';
import { randomId } from '../base/index.ts';
import { publishContainerEvent } from './container-events.ts';
import type { ProbePlan } from './health-state.ts';

/** Output that inspect shows of one probe. */
const OUTPUT_LIMIT_BYTES = 4096;

/** Runs the check once inside the container. Rejects with Docker's text when it takes too long. */
export async function runProbe(
  engine: EngineContext,
  container: Container,
  plan: ProbePlan,
  signal: AbortSignal,
): Promise<{ exitCode: number; output: string }> {
  const { task } = container;
  if (!task) throw new Error('container is not running');
  const id = randomId();
  const line = execLine(plan.args);
  publishContainerEvent(engine, container, `exec_create: ${line}`, { execID: id });
  publishContainerEvent(engine, container, `exec_start: ${line}`, { execID: id });
  const process = execProcess(engine, container, { Cmd: plan.args });
  const exec = await task.exec({ id, process, terminal: false, attach: { stdout: true, stderr: true } });
  const output = collect(exec.stream);
  const timeout = AbortSignal.any([signal, AbortSignal.timeout(plan.timeoutMs)]);
  const kill = (): void => exec.kill('KILL');
  timeout.addEventListener('abort', kill, { once: true });
  const { exitCode } = await exec.exited;
  timeout.removeEventListener('abort', kill);
  publishContainerEvent(engine, container, 'exec_die', { execID: id, exitCode: String(exitCode) });
  if (timeout.aborted) {
    exec.stream?.destroy();
    throw new Error(`Health check exceeded timeout (${durationText(plan.timeoutMs)})`);
  }
  return { exitCode, output: await output };
}

async function collect(stream: AsyncIterable<Uint8Array> | undefined): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const { data } of decodeFrames(stream ?? emptyStream())) {
      if (sizeBytes < OUTPUT_LIMIT_BYTES) chunks.push(data);
      sizeBytes += data.length;
    }
  } catch {
    // The probe was killed: what came until then is its output.
  }
  const text = Buffer.concat(chunks).subarray(0, OUTPUT_LIMIT_BYTES).toString();
  return sizeBytes > OUTPUT_LIMIT_BYTES ? `${text}...` : text;
}

async function* emptyStream(): AsyncGenerator<Uint8Array> {}

/** Go's text of a duration: "1m30s", "500ms". */
function durationText(milliseconds: number): string {
  if (milliseconds < 1000) return `${milliseconds}ms`;
  const [hours, minutes, seconds] = [Math.floor(milliseconds / 3_600_000), Math.floor(milliseconds / 60_000) % 60, (milliseconds % 60_000) / 1000];
  return `${hours ? `${hours}h` : ''}${hours || minutes ? `${minutes}m` : ''}${seconds}s`;
}
