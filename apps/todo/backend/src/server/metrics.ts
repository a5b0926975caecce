import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { Routes } from './context.ts';

/** Prometheus' text format at /metrics; the reverse proxy does not pass it on. */
export const metrics: Routes = (app, { hub }) => {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const seconds = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from request to answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers,
  });
  const failures = new Counter({ name: 'http_request_failures_total', help: 'Answers of 500 and above', labelNames: ['route'], registers });
  new Gauge({
    name: 'event_streams',
    help: 'Open server-sent event streams',
    registers,
    collect() {
      this.set(hub.size);
    },
  });

  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    seconds.observe({ method: request.method, route, status: `${Math.floor(reply.statusCode / 100)}xx` }, reply.elapsedTime / 1000);
    if (reply.statusCode >= 500) failures.inc({ route });
    done();
  });

  app.get('/metrics', { schema: { hide: true }, config: { open: true }, logLevel: 'warn' }, async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
};
