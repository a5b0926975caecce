import type { Static } from 'typebox';
import { Type } from 'typebox';

/** A todo as it travels between applications: lists by name, no ids. */
export const TransferTodo = Type.Object(
  {
    title: Type.String({ minLength: 1, maxLength: 500 }),
    notes: Type.Optional(Type.String({ maxLength: 10_000 })),
    list: Type.Optional(Type.String({ maxLength: 100 })),
    due: Type.Optional(Type.String({ format: 'date' })),
    priority: Type.Optional(Type.Integer({ minimum: 0, maximum: 3 })),
    tags: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 50 }), { maxItems: 20 })),
    completedAt: Type.Optional(Type.String({ format: 'date-time' })),
    createdAt: Type.Optional(Type.String({ format: 'date-time' })),
  },
  { additionalProperties: false },
);
export type TransferTodo = Static<typeof TransferTodo>;

export const TransferDocument = Type.Object(
  { version: Type.Literal(1), todos: Type.Array(TransferTodo, { maxItems: 20_000 }) },
  { additionalProperties: false },
);
export type TransferDocument = Static<typeof TransferDocument>;
