import { generateKeyBetween } from 'fractional-indexing';
import type { Draft } from '../text/quick-add.ts';
import { inform } from './messages.ts';
import type { Fields, List, Operation, Todo } from './model.ts';
import { lists, sortedTodos, todos } from './state.ts';
import { enqueue } from './sync.ts';

/** What takes an action back, newest last. */
const undoable: Operation[][] = [];
const undoLimit = 100;

function act(operation: Operation, inverse: Operation[]): void {
  undoable.push(inverse);
  if (undoable.length > undoLimit) undoable.shift();
  void enqueue(operation);
}

export function undo(): void {
  const inverse = undoable.pop();
  if (inverse === undefined) return inform('Nothing to undo');
  for (const operation of inverse) void enqueue(operation);
}

/** New ones come at the end. Returns the todo's id. */
export function addTodo(draft: Draft): string {
  const todo: Todo = {
    id: newId(),
    listId: draft.listId,
    title: draft.title,
    notes: '',
    due: draft.due,
    priority: draft.priority,
    tags: draft.tags,
    position: between(sortedTodos.value.at(-1)?.position ?? null, null),
    completed: false,
    completedAt: null,
    createdAt: new Date().toISOString(),
    version: 0,
  };
  act({ kind: 'create', todo }, [{ kind: 'delete', before: [todo] }]);
  return todo.id;
}

export function changeTodos(ids: readonly string[], fields: Fields): void {
  const before = known(ids);
  if (before.length === 0) return;
  const inverse = before.map((todo): Operation => ({
    kind: 'patch',
    ids: [todo.id],
    fields: Object.fromEntries(Object.keys(fields).map((field) => [field, todo[field as keyof Fields]])),
    before: [{ ...todo, ...fields }],
  }));
  act({ kind: 'patch', ids: before.map(({ id }) => id), fields, before }, merged(inverse, fields));
}

/** Ticking many todos off that were all open is taken back in one request, not in thousands. */
function merged(inverse: Operation[], fields: Fields): Operation[] {
  const groups = Map.groupBy(inverse, (operation) => (operation.kind === 'patch' ? JSON.stringify(operation.fields) : ''));
  return [...groups.values()].map((group): Operation => {
    const patches = group.filter((operation) => operation.kind === 'patch');
    return { kind: 'patch', ids: patches.flatMap(({ ids }) => ids), fields: patches[0]?.fields ?? fields, before: patches.flatMap(({ before }) => before) };
  });
}

export function deleteTodos(ids: readonly string[]): void {
  const before = known(ids);
  const [first] = before;
  if (first === undefined) return;
  act({ kind: 'delete', before }, [{ kind: 'restore', todos: before }]);
  inform(before.length === 1 ? `Deleted “${first.title}”` : `Deleted ${before.length} todos`, { label: 'Undo', run: undo });
}

/** Puts the todo between two others of the list as it is shown; null stands for its ends. */
export function moveTodo(id: string, after: Todo | null, before: Todo | null): void {
  changeTodos([id], { position: between(after?.position ?? null, before?.position ?? null) });
}

export function addList(name: string): string {
  const list: List = { id: newId(), name, position: between(lists.value.at(-1)?.position ?? null, null), version: 0 };
  act({ kind: 'create-list', list }, [{ kind: 'delete-list', list }]);
  return list.id;
}

export function renameList({ id, name: before }: List, name: string): void {
  act({ kind: 'rename-list', id, name }, [{ kind: 'rename-list', id, name: before }]);
}

/** The list's todos go with it. */
export function deleteList(list: List): void {
  const before = [...todos.value.values()].filter(({ listId }) => listId === list.id);
  act({ kind: 'delete-list', list }, [{ kind: 'restore-list', list }]);
  if (before.length > 0) void enqueue({ kind: 'delete', before });
  if (before.length > 0) undoable.at(-1)?.push({ kind: 'restore', todos: before });
  inform(`Deleted the list “${list.name}”`, { label: 'Undo', run: undo });
}

function known(ids: readonly string[]): Todo[] {
  return ids.flatMap((id) => todos.value.get(id) ?? []);
}

/** A key between two others; two todos that share one (made at the same moment elsewhere) have nothing between them, so it goes behind both. */
function between(after: string | null, before: string | null): string {
  return generateKeyBetween(after, before !== null && after !== null && after >= before ? null : before);
}

/** crypto.randomUUID exists on secure origins only; a home network's address is none. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
