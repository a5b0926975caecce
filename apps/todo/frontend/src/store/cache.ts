import type { List, Pending, Todo } from './model.ts';

/** What the browser keeps: the server's state as last seen, and what has not been sent. Without IndexedDB (private windows) nothing is kept. */
export interface Cached {
  token: string | undefined;
  /** The account's name, empty where there are none; undefined before anybody was there. */
  owner: string | undefined;
  todos: Todo[];
  lists: List[];
  outbox: Pending[];
}

const name = 'todo';
const stores = ['todos', 'lists', 'outbox', 'meta'] as const;
let opened: Promise<IDBDatabase | undefined> | undefined;

export async function readCache(): Promise<Cached> {
  const database = await open();
  if (database === undefined) return { token: undefined, owner: undefined, todos: [], lists: [], outbox: [] };
  const transaction = database.transaction(stores);
  const all = <T>(store: (typeof stores)[number]) => result<T[]>(transaction.objectStore(store).getAll());
  const [todos, lists, outbox, token, owner] = await Promise.all([
    all<Todo>('todos'),
    all<List>('lists'),
    all<Pending>('outbox'),
    result<string | undefined>(transaction.objectStore('meta').get('token')),
    result<string | undefined>(transaction.objectStore('meta').get('owner')),
  ]);
  return { token, owner, todos, lists, outbox: outbox.sort((a, b) => (a.key < b.key ? -1 : 1)) };
}

export interface ServerState {
  token?: string;
  full?: boolean;
  todos?: readonly Todo[];
  lists?: readonly List[];
  deleted?: readonly string[];
}

/** In one transaction: rows and token always belong together. */
export async function writeServerState({ token, full, todos = [], lists = [], deleted = [] }: ServerState): Promise<void> {
  await write((transaction) => {
    for (const [store, rows] of [
      ['todos', todos],
      ['lists', lists],
    ] as const) {
      const target = transaction.objectStore(store);
      if (full) target.clear();
      for (const id of deleted) target.delete(id);
      for (const row of rows) target.put(row);
    }
    if (token !== undefined) transaction.objectStore('meta').put(token, 'token');
  });
}

export async function writeOwner(owner: string): Promise<void> {
  await write((transaction) => transaction.objectStore('meta').put(owner, 'owner'));
}

export async function writePending(pending: Pending): Promise<void> {
  await write((transaction) => transaction.objectStore('outbox').put(pending));
}

export async function erasePending(key: string): Promise<void> {
  await write((transaction) => transaction.objectStore('outbox').delete(key));
}

/** Forgets everything: the next person at this browser is somebody else. */
export async function eraseCache(): Promise<void> {
  await write((transaction) => {
    for (const store of stores) transaction.objectStore(store).clear();
  });
}

async function write(action: (transaction: IDBTransaction) => void): Promise<void> {
  const database = await open();
  if (database === undefined) return;
  await new Promise<void>((resolve, reject) => {
    const transaction = database.transaction(stores, 'readwrite');
    transaction.oncomplete = () => resolve();
    transaction.onerror = () => reject(transaction.error ?? new Error('The browser could not keep the change'));
    action(transaction);
  });
}

function open(): Promise<IDBDatabase | undefined> {
  opened ??= new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      for (const store of stores) request.result.createObjectStore(store, store === 'meta' ? {} : { keyPath: store === 'outbox' ? 'key' : 'id' });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB cannot be opened'));
  }).catch(() => undefined);
  return opened;
}

function result<T>(request: IDBRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result as T);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB failed'));
  });
}
