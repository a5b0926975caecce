import { Type } from 'typebox';
import type { Routes } from '../server/context.ts';
import { ifMatch } from '../server/context.ts';
import { entityTag } from '../todos/todo.ts';
import { Id } from '../todos/todo.ts';
import { createList, deleteList, listLists, restoreList, updateList } from './list-store.ts';
import { List, ListPatch, NewList, listOf } from './list.ts';

const params = Type.Object({ id: Id });
const list = { $ref: 'List#' };
const tags = ['lists'];

export const listRoutes: Routes = (app, { database: { db } }) => {
  app.addSchema(List);

  app.get('/api/lists', { schema: { tags, summary: 'All lists, in order', response: { 200: { type: 'array', items: list } } } }, async (request) =>
    (await listLists(db, request.accountId)).map(listOf),
  );

  app.post<{ Body: NewList }>(
    '/api/lists',
    { schema: { tags, summary: 'Add a list', body: NewList, response: { 200: list, 201: list } } },
    async (request, reply) => {
      const { row, created } = await createList(db, request.accountId, request.body);
      return reply
        .code(created ? 201 : 200)
        .header('etag', entityTag(row.version))
        .send(listOf(row));
    },
  );

  app.patch<{ Params: { id: string }; Body: ListPatch }>(
    '/api/lists/:id',
    { schema: { tags, summary: 'Rename or move a list', params, body: ListPatch, response: { 200: list } } },
    async (request, reply) => {
      const row = await updateList(db, request.accountId, request.params.id, { patch: request.body, ifMatch: ifMatch(request) });
      return reply.header('etag', entityTag(row.version)).send(listOf(row));
    },
  );

  app.delete<{ Params: { id: string } }>(
    '/api/lists/:id',
    { schema: { tags, summary: 'Delete a list and its todos', params, response: { 204: Type.Null({ description: 'Done' }) } } },
    async (request, reply) => {
      await deleteList(db, request.accountId, request.params.id);
      return reply.code(204).send();
    },
  );

  app.post<{ Params: { id: string } }>(
    '/api/lists/:id/restore',
    { schema: { tags, summary: 'Undo a deletion', params, response: { 200: list } } },
    async (request) => listOf(await restoreList(db, request.accountId, request.params.id)),
  );
};
