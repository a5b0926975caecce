import type { ContainerWaitResponse, WaitCondition } from '../api/index.ts';
import type { Container, Ending } from './container.ts';
import type { EngineContext } from './context.ts';
import { invalid } from './invalid.ts';

/** Reads the query's condition. INVALID_ARGUMENT in Docker's words. */
export function parseCondition(text: string | undefined): WaitCondition {
  if (text === undefined || text === '' || text === 'not-running') return 'not-running';
  if (text === 'next-exit' || text === 'removed') return text;
  throw invalid(`invalid condition: ${JSON.stringify(text)}`);
}

/** Waits until the condition holds. It listens from the moment this is called: what happens afterwards is not missed. */
export function waitContainer(engine: EngineContext, reference: string, condition: WaitCondition, signal: AbortSignal): Promise<ContainerWaitResponse> {
  const container = engine.containers.resolve(reference);
  if (condition === 'not-running' && !container.isRunning) return Promise.resolve(answer({ exitCode: container.state.exitCode, error: container.state.error }));
  return new Promise((resolve, reject) => {
    const settle = (ending: Ending): void => {
      stop();
      resolve(answer(ending));
    };
    const abort = (): void => {
      stop();
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    };
    const stop = listen(container, condition, settle);
    signal.addEventListener('abort', abort, { once: true });
  });
}

function listen(container: Container, condition: WaitCondition, settle: (ending: Ending) => void): () => void {
  container.signals.on('removed', settle);
  if (condition !== 'removed') container.signals.on('exit', settle);
  return () => {
    container.signals.off('removed', settle);
    container.signals.off('exit', settle);
  };
}

function answer({ exitCode, error }: Ending): ContainerWaitResponse {
  return { StatusCode: exitCode, ...(error ? { Error: { Message: error } } : {}) };
}
