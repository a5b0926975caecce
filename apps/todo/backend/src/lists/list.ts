import type { Static } from 'typebox';
import { Type } from 'typebox';
import type { ListRow } from '../database/schema.ts';
import { Id } from '../todos/todo.ts';

const listName = Type.String({ minLength: 1, maxLength: 100, pattern: '^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$', description: 'Not blank' });
const listPosition = Type.String({ minLength: 1, maxLength: 500, pattern: '^[0-9A-Za-z]+$' });

export const NewList = Type.Object(
  { id: Type.Optional(Id), name: listName, position: Type.Optional(listPosition) },
  { additionalProperties: false, $id: 'NewList' },
);
export type NewList = Static<typeof NewList>;

export const ListPatch = Type.Object(
  { name: Type.Optional(listName), position: Type.Optional(listPosition) },
  { additionalProperties: false, minProperties: 1, $id: 'ListPatch' },
);
export type ListPatch = Static<typeof ListPatch>;

export const List = Type.Object({ id: Id, name: listName, position: listPosition, version: Type.Integer() }, { $id: 'List' });
export type List = Static<typeof List>;

export function listOf({ id, name, position, version }: ListRow): List {
  return { id, name, position, version };
}
