import type { Routes } from '../server/context.ts';

/** A stream of server-sent events: `change` says that /api/changes has something new, whichever replica it was written through. */
export const eventsRoute: Routes = (app, { hub, config }) => {
  app.get('/api/events', { schema: { tags: ['sync'], summary: 'Server-sent events: something changed' } }, async (request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, {
      ...reply.getHeaders(),
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-served-by': config.instance,
    } as Record<string, string>);
    hub.add(request.accountId, reply.raw);
  });
};
