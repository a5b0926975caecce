import { encodeFrame, MULTIPLEXED_STREAM, RAW_STREAM, STDOUT } from '../../api/index.ts';
import type { ExecCreateBody, ExecStartBody } from '../../api/index.ts';
import { messageOf } from '../../base/index.ts';
import { bridge, createExec, inspectExec, publishContainerEvent, resizeExec, startableExec, startExec } from '../../engine/index.ts';
import type { EngineContext } from '../../engine/index.ts';
import type { Call } from '../http/call.ts';
import { empty, hijacked, json } from '../http/reply.ts';
import type { Reply } from '../http/reply.ts';
import { route } from '../http/router.ts';
import type { Route } from '../http/router.ts';
import { terminalSize } from './containers.ts';

/** `/containers/{id}/exec` and `/exec`. */
export function execRoutes(engine: EngineContext): Route[] {
  return [
    route('POST', '/containers/{id}/exec', async (call) =>
      json({ Id: createExec(engine, call.params['id'] ?? '', (await call.json<ExecCreateBody>()) ?? {}) }, 201),
    ),
    route('POST', '/exec/{id}/start', (call) => start(engine, call), { hijacks: true }),
    route('POST', '/exec/{id}/resize', async (call) => {
      await resizeExec(engine, call.params['id'] ?? '', terminalSize(call));
      return empty(200);
    }),
    route('GET', '/exec/{id}/json', (call) => json(inspectExec(engine, call.params['id'] ?? ''))),
  ];
}

/** Detached it answers when the process runs; else the head comes first and the process's streams, or its error, follow. */
async function start(engine: EngineContext, call: Call): Promise<Reply> {
  const options = (await call.json<ExecStartBody>()) ?? {};
  const exec = startableExec(engine, call.params['id'] ?? '');
  if (options.Detach) {
    await startExec(engine, exec, options);
    return empty(200);
  }
  const terminal = exec.body.Tty ?? false;
  const { stream: client, settled } = await call.hijack(terminal || !call.since('1.42') ? RAW_STREAM : MULTIPLEXED_STREAM);
  try {
    const [process] = await Promise.all([startExec(engine, exec, options), settled()]);
    const detach = {
      detachKeys: exec.body.DetachKeys ?? '',
      onDetach: () => publishContainerEvent(engine, exec.container, 'exec_detach', { execID: exec.id }),
    };
    if (process) await bridge(client, process, { stdin: exec.body.AttachStdin ?? false, ...(terminal ? detach : {}) });
    else await exec.task?.exited;
  } catch (error) {
    await settled();
    const text = Buffer.from(`${messageOf(error)}\r\n`);
    client.write(terminal ? text : encodeFrame(STDOUT, text));
  } finally {
    client.end();
  }
  return hijacked;
}
