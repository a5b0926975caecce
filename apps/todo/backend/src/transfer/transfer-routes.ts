import { Type } from 'typebox';
import type { Routes } from '../server/context.ts';
import type { TransferTodo } from './document.ts';
import { TransferDocument } from './document.ts';
import { formatMarkdown, parseMarkdown } from './markdown.ts';
import { formatTodoTxt, parseTodoTxt } from './todo-txt.ts';
import { exportTodos, importTodos } from './transfer-store.ts';

type Format = 'json' | 'markdown' | 'todotxt';

const formats: Record<Format, { type: string; file: string; write: (todos: TransferTodo[]) => string }> = {
  json: {
    type: 'application/json; charset=utf-8',
    file: 'todos.json',
    write: (todos) => JSON.stringify({ version: 1, todos } satisfies TransferDocument, null, 2),
  },
  markdown: { type: 'text/markdown; charset=utf-8', file: 'todos.md', write: formatMarkdown },
  todotxt: { type: 'text/plain; charset=utf-8', file: 'todo.txt', write: formatTodoTxt },
};

const tags = ['export and import'];
const Imported = Type.Object({ imported: Type.Integer() });

/** Everything in, everything out: as JSON, as a Markdown task list, as todo.txt. */
export const transferRoutes: Routes = (app, { database: { db } }) => {
  app.addContentTypeParser(['text/markdown', 'text/plain'], { parseAs: 'string' }, (_request, body, done) => done(null, body));

  const query = Type.Object(
    { format: Type.Optional(Type.Union([Type.Literal('json'), Type.Literal('markdown'), Type.Literal('todotxt')])) },
    { additionalProperties: false },
  );
  app.get<{ Querystring: { format?: Format } }>(
    '/api/export',
    { schema: { tags, summary: 'All todos as a file', querystring: query } },
    async (request, reply) => {
      const { type, file, write } = formats[request.query.format ?? 'json'];
      return reply
        .type(type)
        .header('content-disposition', `attachment; filename="${file}"`)
        .send(write(await exportTodos(db, request.accountId)));
    },
  );

  const body = {
    content: {
      'application/json': { schema: TransferDocument },
      'text/markdown': { schema: { type: 'string' } },
      'text/plain': { schema: { type: 'string' } },
    },
  };
  app.post<{ Body: TransferDocument | string }>(
    '/api/import',
    { schema: { tags, summary: 'Add the todos of a file: JSON, text/markdown or text/plain (todo.txt)', body, response: { 200: Imported } } },
    async (request) => ({
      imported: await importTodos(db, request.accountId, readTodos(request.body, request.headers['content-type'] ?? '')),
    }),
  );
};

function readTodos(body: TransferDocument | string, contentType: string): TransferTodo[] {
  if (typeof body !== 'string') return body.todos;
  const now = new Date().toISOString();
  const text = body.replaceAll('\0', '');
  return contentType.startsWith('text/markdown') ? parseMarkdown(text, now) : parseTodoTxt(text, now);
}
