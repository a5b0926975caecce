import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RestartPolicy } from '../api/index.ts';
import { Container } from './container.ts';
import { handleExit } from './container-exit.ts';
import type { EngineContext } from './context.ts';
import type { ContainerRecord } from './record.ts';

const exitedAt = '2026-11-01T10:00:05Z';

/** The state of a container whose process ends when its engine is about to. */
async function stateAfter(policy: RestartPolicy, exitCode: number): Promise<string> {
  const state = { status: 'running', pid: 1, exitCode: 0, error: '', oomKilled: false, startedAt: '2026-11-01T10:00:00Z', finishedAt: '' };
  const record = { id: 'a', name: 'a', config: { Labels: {} }, hostConfig: { RestartPolicy: policy }, state, exits: [], restartCount: 0, mounts: [] };
  const container = new Container(record as unknown as ContainerRecord, { put: () => {} } as never);
  const engine = { closing: AbortSignal.abort(), events: { publish: () => {} } } as unknown as EngineContext;
  handleExit(engine, container, { exitCode, exitedAt, oomKilled: false });
  await container.teardown;
  return container.state.status;
}

test('handleExit() leaves the next run to the next engine when this one ends', async () => {
  const onFailure = { Name: 'on-failure', MaximumRetryCount: 0 } as const;
  assert.equal(await stateAfter(onFailure, 1), 'restarting');
  assert.equal(await stateAfter(onFailure, 0), 'exited');
  assert.equal(await stateAfter({ Name: 'no', MaximumRetryCount: 0 }, 1), 'exited');
});
