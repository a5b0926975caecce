import { decodeFrames, encodeFrame, MULTIPLEXED_STREAM, RAW_STREAM, STDERR } from '../../api/index.ts';
import { messageOf } from '../../base/index.ts';
import type { Readable } from 'node:stream';
import { Duplex } from 'node:stream';
import { attachable, attachContainer, bridge, containerLogs, publishContainerEvent } from '../../engine/index.ts';
import type { EngineContext } from '../../engine/index.ts';
import type { Call } from '../http/call.ts';
import { hijacked } from '../http/reply.ts';
import type { Reply } from '../http/reply.ts';
import { route } from '../http/router.ts';
import type { Route } from '../http/router.ts';

/** `/containers/{id}/attach`, plain and over WebSocket: the connection becomes the container's standard streams. */
export function attachRoutes(engine: EngineContext): Route[] {
  return [
    route('POST', '/containers/{id}/attach', (call) => attach(engine, call), { hijacks: true }),
    route('GET', '/containers/{id}/attach/ws', (call) => attachWebsocket(engine, call), { hijacks: true }),
  ];
}

async function attach(engine: EngineContext, call: Call): Promise<Reply> {
  const { query } = call;
  const container = attachable(engine, call.params['id'] ?? '');
  const { Tty: terminal, OpenStdin: openStdin } = container.record.config;
  const streams = { stdin: query.bool('stdin'), stdout: query.bool('stdout'), stderr: query.bool('stderr') };
  const process = query.bool('stream') ? await attachContainer(engine, container, streams) : undefined;
  const { stream: client, settled } = await call.hijack(terminal || !call.since('1.42') ? RAW_STREAM : MULTIPLEXED_STREAM);
  let handedOver = false;
  try {
    await settled();
    if (query.bool('logs')) for await (const chunk of containerLogs(engine, container, { ...streams, signal: call.signal })) client.write(chunk);
    if (process && !terminal && engine.runtime.handOver(process, client)) {
      handedOver = true;
      return hijacked;
    }
    const detach = { detachKeys: query.get('detachKeys') ?? '', onDetach: () => publishContainerEvent(engine, container, 'detach') };
    if (process) await bridge(client, process, { stdin: streams.stdin && openStdin, ...(terminal ? detach : {}) });
  } catch (error) {
    const text = Buffer.from(`Error attaching: ${messageOf(error)}\r\n`);
    client.write(terminal ? text : encodeFrame(STDERR, text));
  } finally {
    if (!handedOver) {
      process?.destroy();
      client.end();
    }
  }
  return hijacked;
}

/** Over WebSocket, output and errors come as they are, without frames: browsers' terminals read it. */
async function attachWebsocket(engine: EngineContext, call: Call): Promise<Reply> {
  const { query } = call;
  const container = attachable(engine, call.params['id'] ?? '');
  const { Tty: terminal, OpenStdin: openStdin } = container.record.config;
  const streams = { stdin: query.bool('stdin'), stdout: query.bool('stdout'), stderr: query.bool('stderr') };
  const process = query.bool('stream') ? await attachContainer(engine, container, streams) : undefined;
  try {
    const client = await call.websocket();
    if (query.bool('logs'))
      for await (const { data } of decodeFrames(containerLogs(engine, container, { ...streams, signal: call.signal }))) client.write(data);
    const detach = { detachKeys: query.get('detachKeys') ?? '', onDetach: () => publishContainerEvent(engine, container, 'detach') };
    if (process) await bridge(client, terminal ? process : withoutFrames(process), { stdin: streams.stdin && openStdin, ...(terminal ? detach : {}) });
    client.end();
  } finally {
    process?.destroy();
  }
  return hijacked;
}

function withoutFrames(process: Duplex): Duplex {
  return Duplex.from({ writable: process, readable: payloads(process) });
}

async function* payloads(source: Readable): AsyncGenerator<Buffer> {
  for await (const { data } of decodeFrames(source)) yield data;
}
