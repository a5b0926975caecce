import { EngineError, isEngineError } from '../base/index.ts';
import { publishContainerEvent } from './container-events.ts';
import type { EngineContext } from './context.ts';
import { invalid } from './invalid.ts';

/** Gives a container another name, in DNS too when it runs. ALREADY_EXISTS when the name is taken. */
export async function renameContainer(engine: EngineContext, reference: string, newName: string): Promise<void> {
  const name = newName.replace(/^\//, '');
  if (name === '' || reference === '') throw invalid('Neither old nor new names may be empty');
  const container = engine.containers.resolve(reference);
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name))
    throw invalid(`Error when allocating new name: Invalid container name (/${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`);
  using _ = await container.lock.acquire();
  const oldName = container.name;
  if (oldName === name) throw invalid('Renaming a container with the same name as its current name');
  try {
    engine.containers.rename(container, name);
  } catch (error) {
    if (!isEngineError(error)) throw error;
    throw new EngineError(error.code, `Error when allocating new name: ${error.message}`, { cause: error });
  }
  if (container.task) engine.networks.rename(container.id, name);
  publishContainerEvent(engine, container, 'rename', { oldName: `/${oldName}` });
}
