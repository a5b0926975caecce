import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The account that everything belongs to while accounts are off. */
export const singleAccountId = '00000000-0000-4000-8000-000000000001';

/** In the order of their names; one that has been released is never changed, only followed by another. */
export const migrations: Record<string, Migration> = {
  '001-todos': statements(
    sql`create table accounts (
      id uuid primary key default gen_random_uuid(),
      name text not null unique,
      password text,
      created_at timestamptz not null default now())`,
    sql`create table lists (
      id uuid primary key default gen_random_uuid(),
      account_id uuid not null references accounts on delete cascade,
      name text not null,
      position text collate "C" not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      deleted_at timestamptz,
      version integer not null default 1,
      changed_in xid8 not null default pg_current_xact_id())`,
    sql`create table todos (
      id uuid primary key default gen_random_uuid(),
      account_id uuid not null references accounts on delete cascade,
      list_id uuid references lists on delete set null,
      title text not null check (length(title) between 1 and 500),
      notes text not null default '' check (length(notes) <= 10000),
      due date,
      priority smallint not null default 0 check (priority between 0 and 3),
      tags text[] not null default '{}',
      position text collate "C" not null,
      client_order double precision,
      completed_at timestamptz,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      deleted_at timestamptz,
      version integer not null default 1,
      changed_in xid8 not null default pg_current_xact_id())`,
    sql`create index todos_by_position on todos (account_id, position, id) where deleted_at is null`,
    sql`create index todos_by_change on todos (account_id, changed_in)`,
    sql`create index lists_by_change on lists (account_id, changed_in)`,
    sql`create function track_change() returns trigger language plpgsql as $$
      begin
        new.version := old.version + 1;
        new.updated_at := now();
        new.changed_in := pg_current_xact_id();
        return new;
      end $$`,
    // Everybody who listens learns whose data changed, whoever wrote it: another replica, a restore, a person in psql.
    sql`create function announce_change() returns trigger language plpgsql as $$
      begin
        perform pg_notify('todo_changes', account_id::text) from (select distinct account_id from changed) accounts;
        return null;
      end $$`,
    ...['lists', 'todos'].flatMap((table) => [
      sql`create trigger track before update on ${sql.table(table)} for each row execute function track_change()`,
      sql`create trigger announce_insert after insert on ${sql.table(table)} referencing new table as changed
        for each statement execute function announce_change()`,
      sql`create trigger announce_update after update on ${sql.table(table)} referencing new table as changed
        for each statement execute function announce_change()`,
    ]),
    sql`insert into accounts (id, name) values (${sql.lit(singleAccountId)}, 'everybody')`,
  ),
  '002-accounts': statements(
    sql`create table sessions (
      token_hash bytea primary key,
      account_id uuid not null references accounts on delete cascade,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null)`,
    sql`create table attempts (
      key text primary key,
      started_at timestamptz not null default now(),
      count integer not null default 1)`,
  ),
  '003-passkeys': statements(
    sql`create table passkeys (
      id text primary key,
      account_id uuid not null references accounts on delete cascade,
      public_key bytea not null,
      counter bigint not null,
      transports text[] not null default '{}',
      created_at timestamptz not null default now())`,
    sql`create table challenges (
      challenge text primary key,
      account_id uuid references accounts on delete cascade,
      expires_at timestamptz not null)`,
  ),
};

function statements(...all: { execute(db: Kysely<unknown>): Promise<unknown> }[]): Migration {
  return {
    async up(db: Kysely<unknown>) {
      for (const statement of all) await statement.execute(db);
    },
  };
}
