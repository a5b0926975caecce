/** Filled in by the build: the files of this version, and a name that changes with them. */
declare const FILES: readonly string[];
declare const VERSION: string;

interface WorkerScope extends EventTarget {
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
  readonly location: Location;
}
interface ExtendableEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

const worker = self as unknown as WorkerScope;
const cacheName = `todo-${VERSION}`;

worker.addEventListener('install', (event) => {
  (event as ExtendableEvent).waitUntil(
    caches
      .open(cacheName)
      .then((cache) => cache.addAll(FILES))
      .then(() => worker.skipWaiting()),
  );
});

worker.addEventListener('activate', (event) => {
  (event as ExtendableEvent).waitUntil(dropOldVersions().then(() => worker.clients.claim()));
});

/** The application itself comes from the cache, so it starts without a network; the API never does. */
worker.addEventListener('fetch', (event) => {
  const fetching = event as FetchEvent;
  const { request } = fetching;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== worker.location.origin || url.pathname.startsWith('/api/')) return;
  const path = request.mode === 'navigate' ? '/' : url.pathname;
  if (FILES.includes(path)) fetching.respondWith(fromCache(path, request));
});

async function fromCache(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(cacheName);
  return (await cache.match(path)) ?? (await fetch(request));
}

async function dropOldVersions(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== cacheName).map((name) => caches.delete(name)));
}
