import type { ColumnType, Generated, Selectable } from 'kysely';

/** "2026-11-29T05:16:36.912Z" */
type Instant = string;

/** The tables as queries see them; `migrations.ts` is where they are made. */
export interface Schema {
  accounts: AccountsTable;
  sessions: SessionsTable;
  attempts: AttemptsTable;
  passkeys: PasskeysTable;
  challenges: ChallengesTable;
  lists: ListsTable;
  todos: TodosTable;
}

interface AccountsTable {
  id: Generated<string>;
  name: string;
  /** PHC string of argon2id; null for the account of the single-user mode and for those with passkeys only. */
  password: string | null;
  createdAt: Generated<Instant>;
}

interface SessionsTable {
  /** SHA-256 of the cookie's value: who reads the table cannot sign in with it. */
  tokenHash: Uint8Array;
  accountId: string;
  createdAt: Generated<Instant>;
  expiresAt: Instant;
}

/** Failed sign-ins per name and address in a window of time. */
interface AttemptsTable {
  key: string;
  startedAt: Generated<Instant>;
  count: Generated<number>;
}

interface PasskeysTable {
  /** Credential id, base64url. */
  id: string;
  accountId: string;
  publicKey: Uint8Array;
  /** bigint, which arrives as text. */
  counter: ColumnType<string, number, number>;
  transports: string[];
  createdAt: Generated<Instant>;
}

interface ChallengesTable {
  challenge: string;
  accountId: string | null;
  expiresAt: Instant;
}

/** Columns that the database itself keeps, by triggers, on every row that clients synchronise. */
interface Tracked {
  createdAt: Generated<Instant>;
  updatedAt: Generated<Instant>;
  /** A deleted row stays for 30 days: it can be restored, and other devices learn that it is gone. */
  deletedAt: Instant | null;
  /** Counts the changes of this row; the entity tag. */
  version: Generated<number>;
  /** The transaction that changed the row last; what "changes since" compares with. */
  changedIn: Generated<string>;
}

interface ListsTable extends Tracked {
  id: Generated<string>;
  accountId: string;
  name: string;
  position: string;
}

interface TodosTable extends Tracked {
  id: Generated<string>;
  accountId: string;
  /** null: the inbox. */
  listId: string | null;
  title: string;
  notes: Generated<string>;
  /** "2026-12-24" */
  due: string | null;
  /** 0 none, 1 high, 2 medium, 3 low. */
  priority: Generated<number>;
  tags: Generated<string[]>;
  /** Fractional key: rows sort by its bytes, and between any two keys there is another. */
  position: string;
  /** A number that API clients may keep with a todo; it sorts only when asked to. */
  clientOrder: number | null;
  completedAt: Instant | null;
}

export type TodoRow = Selectable<TodosTable>;
export type ListRow = Selectable<ListsTable>;
