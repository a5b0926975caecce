import { ApiError, call } from './api.ts';
import { eraseCache, erasePending, readCache, writeOwner, writePending, writeServerState } from './cache.ts';
import { inform } from './messages.ts';
import type { List, Operation, Todo } from './model.ts';
import { touched } from './model.ts';
import { Conflict, send } from './send.ts';
import { account, connection, outbox, rebase, rebaseLists, serverLists, serverTodos } from './state.ts';

interface Changes {
  token: string;
  full: boolean;
  todos: Todo[];
  lists: List[];
  deleted: string[];
}

const retryMs = { first: 1000, most: 15_000 };
let token: string | undefined;
let owner: string | undefined;
let retryDelay = retryMs.first;
let retryTimer: ReturnType<typeof setTimeout> | undefined;
let events: EventSource | undefined;
let sequence = 0;

/** Shows what the browser remembers at once, then brings it up to date and keeps it so. */
export async function startSync(): Promise<void> {
  const cached = await readCache();
  ({ token, owner } = cached);
  for (const todo of cached.todos) serverTodos.set(todo.id, todo);
  for (const list of cached.lists) serverLists.set(list.id, list);
  outbox.value = [...cached.outbox, ...outbox.value];
  show();
  addEventListener('online', () => void synchronise());
  addEventListener('offline', () => (connection.value = 'offline'));
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && void synchronise());
  await synchronise();
}

/** Shows the operation's outcome now and tells the server as soon as it listens. */
export async function enqueue(operation: Operation): Promise<void> {
  const pending = {
    key: `${String(Date.now()).padStart(15, '0')}-${String(sequence++).padStart(6, '0')}-${crypto.getRandomValues(new Uint32Array(1))[0]}`,
    operation,
  };
  outbox.value = [...outbox.value, pending];
  rebase(touched(operation));
  rebaseLists();
  await writePending(pending);
  void synchronise();
}

let running: Promise<void> | undefined;
let again = false;

/** Sends what waits, then fetches what is new; one at a time, and once more if asked for meanwhile. */
export async function synchronise(): Promise<void> {
  again = running !== undefined;
  running ??= run().finally(() => (running = undefined));
  await running;
}

async function run(): Promise<void> {
  clearTimeout(retryTimer);
  try {
    do {
      again = false;
      await checkSession();
      await flush();
      await pull();
    } while (again);
    connection.value = 'online';
    retryDelay = retryMs.first;
    listen();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 401) return signedOut();
    connection.value = 'offline';
    retryTimer = setTimeout(() => void synchronise(), retryDelay);
    retryDelay = Math.min(retryDelay * 2, retryMs.most);
  }
}

async function checkSession(): Promise<void> {
  if (connection.value === 'online') return;
  const session = await call<{ accounts: boolean; name: string | null }>('GET', '/session');
  if (session.accounts && session.name === null) throw new ApiError(401, 'Not signed in');
  await claim(session.name ?? '');
  account.value = session.name;
}

/** What somebody else left in this browser, unsent or not, is neither shown to the next one nor sent in their name. */
async function claim(name: string): Promise<void> {
  if (owner === name) return;
  if (owner !== undefined) await forgetEverything();
  owner = name;
  await writeOwner(name);
}

/** What is kept here waits for the same person. */
function signedOut(): void {
  events?.close();
  events = undefined;
  connection.value = 'signed-out';
}

export async function forgetEverything(): Promise<void> {
  owner = undefined;
  token = undefined;
  serverTodos.clear();
  serverLists.clear();
  outbox.value = [];
  await eraseCache();
  show();
}

async function flush(): Promise<void> {
  for (let [next] = outbox.value; next !== undefined; [next] = outbox.value) {
    const { key, operation } = next;
    try {
      await send(operation);
    } catch (error) {
      if (error instanceof ApiError && (error.passing || error.status === 401)) throw error;
      giveUp(operation, error);
    }
    outbox.value = outbox.value.filter((pending) => pending.key !== key);
    await erasePending(key);
    rebase(touched(operation));
    rebaseLists();
  }
}

/** The server will never take it; the person learns why, and what they had written is still theirs. */
function giveUp(operation: Operation, error: unknown): void {
  if (error instanceof Conflict) {
    const { todo, fields } = error;
    inform(error.message, { label: 'Use mine', run: () => void enqueue({ kind: 'patch', ids: [todo.id], fields, before: [todo] }) });
  } else if (error instanceof ApiError && error.status === 404 && operation.kind === 'patch') {
    inform('It was deleted elsewhere', {
      label: 'Bring it back',
      run: () => void enqueue({ kind: 'restore', todos: operation.before }).then(() => enqueue(operation)),
    });
  } else inform(`Not saved: ${error instanceof Error ? error.message : String(error)}`);
}

async function pull(): Promise<void> {
  const changes = await call<Changes>('GET', `/changes${token === undefined ? '' : `?since=${token}`}`, { timeoutMs: 60_000 });
  if (changes.full) {
    serverTodos.clear();
    serverLists.clear();
  }
  const todos = changes.todos.filter(({ id, version }) => version >= (serverTodos.get(id)?.version ?? 0));
  for (const todo of todos) serverTodos.set(todo.id, todo);
  for (const list of changes.lists) serverLists.set(list.id, list);
  for (const id of changes.deleted) {
    serverTodos.delete(id);
    serverLists.delete(id);
  }
  ({ token } = changes);
  await writeServerState({ ...changes, todos });
  if (changes.full) show();
  else {
    rebase([...todos.map(({ id }) => id), ...changes.deleted]);
    rebaseLists();
  }
}

function show(): void {
  rebase();
  rebaseLists();
}

/** The stream reconnects by itself, except when it was answered with an error; then we begin anew. */
function listen(): void {
  if (events !== undefined && events.readyState !== EventSource.CLOSED) return;
  events = new EventSource('/api/events');
  let lost = false;
  events.addEventListener('change', () => void synchronise());
  events.addEventListener('open', () => {
    if (lost) void synchronise();
    lost = false;
  });
  events.addEventListener('error', () => {
    lost = true;
    if (events?.readyState === EventSource.CLOSED) void synchronise();
  });
}
