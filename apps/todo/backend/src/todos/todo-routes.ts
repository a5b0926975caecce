import { Type } from 'typebox';
import type { Routes } from '../server/context.ts';
import { apiBase, ifMatch } from '../server/context.ts';
import { Bulk, applyBulk } from './bulk.ts';
import { changesSince } from './changes.ts';
import { TodoQuery } from './filter.ts';
import { listOf } from '../lists/list.ts';
import { createTodo, deleteAllTodos, deleteTodo, findTodo, listTags, listTodos, restoreTodo, updateTodo } from './todo-store.ts';
import { Id, NewTodo, Todo, TodoPatch, entityTag, todoOf } from './todo.ts';

const params = Type.Object({ id: Id });
const todo = { $ref: 'Todo#' };
const todos = { type: 'array', items: todo };
const noContent = Type.Null({ description: 'Done' });
const tags = ['todos'];

export const todoRoutes: Routes = (app, { database: { db } }) => {
  app.addSchema(Todo);

  app.get<{ Querystring: TodoQuery }>(
    '/api/todos',
    { schema: { tags, summary: 'Todos that a query asks for, in order', querystring: TodoQuery, response: { 200: todos } } },
    async (request, reply) => {
      const { json, count, lastId } = await listTodos(db, request.accountId, request.query, apiBase(request));
      if (lastId !== null && count === (request.query.limit ?? 500)) reply.header('link', `<${nextPage(request.url, lastId)}>; rel="next"`);
      return await reply.type('application/json; charset=utf-8').serializer(asItIs).send(json);
    },
  );

  app.post<{ Body: NewTodo }>(
    '/api/todos',
    { schema: { tags, summary: 'Add a todo', body: NewTodo, response: { 200: todo, 201: todo } } },
    async (request, reply) => {
      const { row, created } = await createTodo(db, request.accountId, request.body);
      const body = todoOf(row, apiBase(request));
      return reply
        .code(created ? 201 : 200)
        .headers({ location: body.url, etag: entityTag(row.version) })
        .send(body);
    },
  );

  app.delete('/api/todos', { schema: { tags, summary: 'Delete every todo', response: { 204: noContent } } }, async (request, reply) => {
    await deleteAllTodos(db, request.accountId);
    return reply.code(204).send();
  });

  app.get<{ Params: { id: string } }>('/api/todos/:id', { schema: { tags, summary: 'One todo', params, response: { 200: todo } } }, async (request, reply) => {
    const row = await findTodo(db, request.accountId, request.params.id);
    const etag = entityTag(row.version);
    if (request.headers['if-none-match'] === etag) return reply.code(304).header('etag', etag).send();
    return reply.header('etag', etag).send(todoOf(row, apiBase(request)));
  });

  app.patch<{ Params: { id: string }; Body: TodoPatch }>(
    '/api/todos/:id',
    { schema: { tags, summary: 'Change some fields; with If-Match only what the caller has seen', params, body: TodoPatch, response: { 200: todo } } },
    async (request, reply) => {
      const row = await updateTodo(db, request.accountId, request.params.id, { patch: request.body, ifMatch: ifMatch(request) });
      return reply.header('etag', entityTag(row.version)).send(todoOf(row, apiBase(request)));
    },
  );

  app.delete<{ Params: { id: string } }>(
    '/api/todos/:id',
    { schema: { tags, summary: 'Delete a todo; it can be restored for 30 days', params, response: { 204: noContent } } },
    async (request, reply) => {
      await deleteTodo(db, request.accountId, request.params.id, ifMatch(request));
      return reply
        .code(204)
        .header('link', `<${apiBase(request)}/todos/${request.params.id}/restore>; rel="undo"`)
        .send();
    },
  );

  app.post<{ Params: { id: string } }>(
    '/api/todos/:id/restore',
    { schema: { tags, summary: 'Undo a deletion', params, response: { 200: todo } } },
    async (request, reply) => {
      const row = await restoreTodo(db, request.accountId, request.params.id);
      return reply.header('etag', entityTag(row.version)).send(todoOf(row, apiBase(request)));
    },
  );

  const changed = Type.Object({ changed: Type.Array(Id) });
  app.post<{ Body: Bulk }>(
    '/api/todos/bulk',
    { schema: { tags, summary: 'One action on many todos, all or none', body: Bulk, response: { 200: changed } } },
    async (request) => ({
      changed: await applyBulk(db, request.accountId, request.body),
    }),
  );

  const tagList = Type.Array(Type.Object({ tag: Type.String(), count: Type.Integer() }));
  app.get(
    '/api/tags',
    { schema: { tags, summary: 'Tags in use and how many open todos carry each', response: { 200: tagList } } },
    async (request) => await listTags(db, request.accountId),
  );

  const since = Type.Object({ since: Type.Optional(Type.String({ maxLength: 50 })) }, { additionalProperties: false });
  app.get<{ Querystring: { since?: string } }>(
    '/api/changes',
    { schema: { tags: ['sync'], summary: 'What changed since a token; everything without one', querystring: since } },
    async (request) => {
      const { todos: rows, lists, token, full } = await changesSince(db, request.accountId, request.query.since);
      const base = apiBase(request);
      return {
        token,
        full,
        todos: rows.filter(({ deletedAt }) => deletedAt === null).map((row) => todoOf(row, base)),
        lists: lists.filter(({ deletedAt }) => deletedAt === null).map(listOf),
        deleted: [...rows, ...lists].filter(({ deletedAt }) => deletedAt !== null).map(({ id }) => id),
      };
    },
  );
};

/** What the database wrote is an answer already. */
const asItIs = (json: unknown) => String(json);

function nextPage(url: string, lastId: string): string {
  const [path = '', query = ''] = url.split('?', 2);
  const search = new URLSearchParams(query);
  search.set('after', lastId);
  return `${path}?${search.toString()}`;
}
