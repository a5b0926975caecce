import type { SelectQueryBuilder, SqlBool } from 'kysely';
import { sql } from 'kysely';
import type { Static } from 'typebox';
import { Type } from 'typebox';
import type { Schema, TodoRow } from '../database/schema.ts';
import { Id } from './todo.ts';

export const TodoQuery = Type.Object(
  {
    status: Type.Optional(Type.Union([Type.Literal('active'), Type.Literal('completed')])),
    list: Type.Optional(Type.Union([Id, Type.Literal('inbox')])),
    tag: Type.Optional(Type.String({ maxLength: 50 })),
    priority: Type.Optional(Type.Integer({ minimum: 0, maximum: 3 })),
    dueFrom: Type.Optional(Type.String({ format: 'date' })),
    dueTo: Type.Optional(Type.String({ format: 'date' })),
    q: Type.Optional(Type.String({ maxLength: 200, pattern: '^[^\\u0000]*$', description: 'Words that all occur in title, notes or tags' })),
    sort: Type.Optional(Type.Enum(['position', 'order', 'due', 'priority', 'title', 'created'])),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 500 })),
    after: Type.Optional(Type.String({ format: 'uuid', description: 'The last todo of the page before' })),
  },
  { additionalProperties: false },
);
export type TodoQuery = Static<typeof TodoQuery>;

type Query = SelectQueryBuilder<Schema, 'todos', TodoRow>;

/** Narrows a selection of todos to those that the query asks for, in its order, one page of them. */
export function applyQuery(todos: Query, query: TodoQuery): Query {
  return applyPage(applyWords(applyFields(todos, query), query.q), query);
}

function applyFields(todos: Query, query: TodoQuery): Query {
  let result = todos;
  if (query.status !== undefined) result = result.where('completedAt', query.status === 'active' ? 'is' : 'is not', null);
  if (query.list !== undefined) result = query.list === 'inbox' ? result.where('listId', 'is', null) : result.where('listId', '=', query.list);
  if (query.tag !== undefined) result = result.where(sql<SqlBool>`${query.tag} = any(tags)`);
  if (query.priority !== undefined) result = result.where('priority', '=', query.priority);
  if (query.dueFrom !== undefined) result = result.where('due', '>=', query.dueFrom);
  if (query.dueTo !== undefined) result = result.where('due', '<=', query.dueTo);
  return result;
}

function applyWords(todos: Query, q = ''): Query {
  let result = todos;
  for (const word of q.split(/\s+/).filter((part) => part !== '')) {
    const pattern = `%${word.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
    result = result.where(sql<SqlBool>`(title ilike ${pattern} or notes ilike ${pattern} or array_to_string(tags, ' ') ilike ${pattern})`);
  }
  return result;
}

/** Each is never null, so that rows compare with the last one of the page before. */
const sortKeys = {
  position: sql`position`,
  order: sql`coalesce(client_order, 'infinity')`,
  due: sql`coalesce(due, 'infinity')`,
  priority: sql`(priority + 3) % 4`,
  title: sql`lower(title)`,
  created: sql`created_at`,
};

function applyPage(todos: Query, { sort = 'position', after, limit = 500 }: TodoQuery): Query {
  const key = sortKeys[sort];
  const rest = after === undefined ? todos : todos.where(sql<SqlBool>`(${key}, id) > (select ${key}, id from todos where id = ${after})`);
  return rest.orderBy(key).orderBy('id').limit(limit);
}
