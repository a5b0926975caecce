import { EngineError } from '../base/index.ts';
import type { Records } from '../state/index.ts';
import { Container } from './container.ts';
import type { ContainerRecord } from './record.ts';

/** Every container of this engine, by id and by name. */
export class ContainerTable {
  readonly #byId = new Map<string, Container>();
  readonly #byName = new Map<string, Container>();
  readonly #records: Records<ContainerRecord>;

  constructor(records: Records<ContainerRecord>) {
    this.#records = records;
    for (const record of records.all()) this.#index(new Container(record, records));
  }

  /** Oldest first. */
  all(): Container[] {
    return [...this.#byId.values()];
  }

  /** Records a new container. ALREADY_EXISTS while the name is taken. */
  add(record: ContainerRecord): Container {
    this.checkFree(record.name);
    const container = new Container(record, this.#records);
    this.#index(container);
    this.#records.put(record.id, record);
    return container;
  }

  /** Gives a container another name; throws as `add` does. */
  rename(container: Container, name: string): void {
    this.checkFree(name);
    this.#byName.delete(container.name);
    this.#byName.set(name, container);
    container.update({ name });
  }

  /** Forgets a container. */
  delete(container: Container): void {
    this.#byId.delete(container.id);
    if (this.#byName.get(container.name) === container) this.#byName.delete(container.name);
    container.forget();
  }

  /** By id, name (with or without slash) or unique prefix of an id. NOT_FOUND "No such container: X" otherwise. */
  resolve(reference: string): Container {
    const found = this.find(reference);
    if (!found) throw new EngineError('NOT_FOUND', `No such container: ${reference}`);
    return found;
  }

  /** As `resolve`, undefined where there is none. INVALID_ARGUMENT for a prefix of several. */
  find(reference: string): Container | undefined {
    const name = reference.replace(/^\//, '');
    return this.#byId.get(reference) ?? this.#byName.get(name) ?? this.#byPrefix(reference);
  }

  /** ALREADY_EXISTS, in Docker's words, while a container has that name. */
  checkFree(name: string): void {
    const owner = this.#byName.get(name);
    if (owner) throw nameTaken(name, owner.id);
  }

  hasName(name: string): boolean {
    return this.#byName.has(name);
  }

  #byPrefix(prefix: string): Container | undefined {
    if (!/^[0-9a-f]{1,63}$/.test(prefix)) return undefined;
    const found = this.all().filter((container) => container.id.startsWith(prefix));
    if (found.length > 1) throw new EngineError('INVALID_ARGUMENT', `multiple IDs found with provided prefix: ${prefix}`);
    return found[0];
  }

  #index(container: Container): void {
    this.#byId.set(container.id, container);
    this.#byName.set(container.name, container);
  }
}

function nameTaken(name: string, ownerId: string): EngineError {
  return new EngineError(
    'ALREADY_EXISTS',
    `Conflict. The container name "/${name}" is already in use by container "${ownerId}". You have to remove (or rename) that container to be able to reuse that name.`,
  );
}
