import type { Routes } from './context.ts';

interface Operation {
  summary?: string;
  tags?: string[];
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: unknown }[];
  requestBody?: { content?: Record<string, { schema?: unknown }> };
  responses?: Record<string, unknown>;
}

/** /api/openapi.json, and /api/docs: the same for people, one page without scripts. */
export const docsPage: Routes = (app) => {
  const open = { schema: { hide: true }, config: { open: true } };
  app.get('/api/openapi.json', open, async () => app.swagger());
  app.get('/api/docs', open, async (_request, reply) => {
    const document = app.swagger() as {
      info: { title: string; description?: string };
      paths?: Record<string, Record<string, Operation>>;
      components?: { schemas?: Record<string, unknown> };
    };
    const operations = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => section(method, path, operation)),
    );
    const schemas = Object.entries(document.components?.schemas ?? {}).map(([name, schema]) => `<h3>${escape(name)}</h3>${json(schema)}`);
    reply.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    return reply
      .type('text/html; charset=utf-8')
      .send(
        page(
          document.info.title,
          `<p>${escape(document.info.description ?? '')} <a href="openapi.json">openapi.json</a></p>${operations.join('')}<h2>Schemas</h2>${schemas.join('')}`,
        ),
      );
  });
};

function section(method: string, path: string, { summary = '', parameters = [], requestBody, responses = {} }: Operation): string {
  const rows = parameters.map(
    ({ name, in: where, description = '', schema }) => `<tr><td><code>${escape(name)}</code><td>${where}<td>${escape(description)}<td>${json(schema)}</tr>`,
  );
  const bodies = Object.entries(requestBody?.content ?? {}).map(([type, { schema }]) => `<p>Body (${escape(type)})</p>${json(schema)}`);
  return `<section><h2><code>${method.toUpperCase()} ${escape(path)}</code></h2><p>${escape(summary)}</p>${rows.length > 0 ? `<table>${rows.join('')}</table>` : ''}${bodies.join('')}<p>Answers: ${Object.keys(responses).join(', ')}</p></section>`;
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)} API</title>
<style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}pre{overflow:auto;padding:.75rem;background:#8881;border-radius:.5rem;font-size:.85rem}table{border-spacing:1rem .2rem;margin-left:-1rem}td{vertical-align:top}h2{margin-top:2.5rem;font-size:1.1rem}</style>
<h1>${escape(title)} API</h1>${body}</html>`;
}

const json = (value: unknown) => `<pre>${escape(JSON.stringify(value, null, 2) ?? '')}</pre>`;
const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
