import { EngineError, jsonLines } from '../base/index.ts';
import type { ProgressMessage } from '../api/index.ts';
import type { CallOptions, Connection } from './types.ts';

/** The JSON values of a streamed answer, one at a time. Leaving the loop early closes the connection. */
export async function* streamJson<T>(connection: Connection, method: string, path: string, options: CallOptions): AsyncGenerator<T> {
  const { body } = await connection.call(method, path, options);
  try {
    yield* jsonLines<T>(body);
  } finally {
    body.destroy();
  }
}

/** Progress messages of a pull, push, build or load. A message that carries an error is thrown, after the ones before it. */
export async function* streamProgress(connection: Connection, method: string, path: string, options: CallOptions): AsyncGenerator<ProgressMessage> {
  for await (const message of streamJson<ProgressMessage>(connection, method, path, options)) {
    const failure = message.errorDetail?.message ?? message.error;
    if (failure !== undefined) throw new EngineError('INTERNAL', failure, { details: { ...message.errorDetail } });
    yield message;
  }
}
