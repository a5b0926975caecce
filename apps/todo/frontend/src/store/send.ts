import { ApiError, call } from './api.ts';
import { writeServerState } from './cache.ts';
import type { Fields, List, Operation, Todo } from './model.ts';
import { applied, touched } from './model.ts';
import { serverLists, serverTodos } from './state.ts';

/** Somebody else changed the same field meanwhile: theirs stands, ours is offered. */
export class Conflict extends Error {
  readonly todo: Todo;
  readonly fields: Fields;

  constructor(todo: Todo, fields: Fields) {
    super(`“${todo.title}” was changed elsewhere`);
    this.todo = todo;
    this.fields = fields;
  }
}

/** Tells the server of one operation and takes note of its answer. @throws ApiError, Conflict */
export async function send(operation: Operation): Promise<void> {
  switch (operation.kind) {
    case 'create': {
      const { version: _version, completedAt: _completedAt, createdAt: _createdAt, ...body } = operation.todo;
      return await keep(await call<Todo>('POST', '/todos', { body }));
    }
    case 'patch':
      return operation.ids.length === 1
        ? await sendPatch(String(operation.ids[0]), operation.fields, operation.before[0])
        : await sendBulk(operation, { action: 'update', ids: operation.ids, patch: operation.fields });
    case 'delete':
      return await sendDelete(touched(operation));
    case 'restore':
      return await sendBulk(operation, { action: 'restore', ids: touched(operation) });
    case 'create-list':
      return await keepList(
        await call<List>('POST', '/lists', { body: { id: operation.list.id, name: operation.list.name, position: operation.list.position } }),
      );
    case 'rename-list':
      return await keepList(await call<List>('PATCH', `/lists/${operation.id}`, { body: { name: operation.name } }));
    case 'delete-list':
      return await unlessGone(call('DELETE', `/lists/${operation.list.id}`));
    case 'restore-list':
      return await keepList(await call<List>('POST', `/lists/${operation.list.id}/restore`));
  }
}

/** With the version we saw. If the todo has moved on but in other fields than ours, ours are set on top of it. */
async function sendPatch(id: string, fields: Fields, before: Todo | undefined): Promise<void> {
  const version = serverTodos.get(id)?.version;
  try {
    await keep(await call<Todo>('PATCH', `/todos/${id}`, { body: fields, ...(version !== undefined && version > 0 && { version }) }));
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 412)) throw error;
    const current = await call<Todo>('GET', `/todos/${id}`);
    await keep(current);
    if (before !== undefined && overlaps(before, current, fields)) throw new Conflict(current, fields);
    await sendPatch(id, fields, before);
  }
}

/** Whether one of the fields has on the server neither the value we started from nor the one we want. Ticking and moving never ask. */
function overlaps(before: Todo, current: Todo, fields: Fields): boolean {
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  return (['title', 'notes', 'due', 'tags'] as const).some(
    (field) => field in fields && !same(current[field], before[field]) && !same(current[field], fields[field]),
  );
}

async function sendDelete(ids: readonly string[]): Promise<void> {
  if (ids.length === 1) await unlessGone(call('DELETE', `/todos/${ids[0]}`));
  else await call('POST', '/todos/bulk', { body: { action: 'delete', ids } });
  for (const id of ids) serverTodos.delete(id);
  await writeServerState({ deleted: ids });
}

/** The rows as the server has them now come with the next pull; until then they are as we expect them. */
async function sendBulk(operation: Operation, body: { action: string; ids: readonly string[]; patch?: Fields }): Promise<void> {
  await call('POST', '/todos/bulk', { body });
  for (const id of body.ids) {
    const todo = applied(serverTodos.get(id), id, operation);
    if (todo !== undefined) serverTodos.set(id, todo);
  }
}

async function unlessGone(request: Promise<unknown>): Promise<void> {
  await request.catch((error: unknown) => {
    if (!(error instanceof ApiError && error.status === 404)) throw error;
  });
}

async function keep(todo: Todo): Promise<void> {
  serverTodos.set(todo.id, todo);
  await writeServerState({ todos: [todo] });
}

async function keepList(list: List): Promise<void> {
  serverLists.set(list.id, list);
  await writeServerState({ lists: [list] });
}
