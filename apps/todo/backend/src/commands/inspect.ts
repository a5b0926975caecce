import { createServer } from 'node:http';
import { sql } from 'kysely';
import type { Config } from '../config.ts';
import type { Db } from '../database/open.ts';
import { openDatabase } from '../database/open.ts';

/** A page that shows the tables and their newest rows, for looking only: the `debug` profile's. Secrets are left out. */
export async function run(config: Config): Promise<number> {
  const stop = new Promise((resolve) => process.once('SIGTERM', resolve).once('SIGINT', resolve));
  await using database = await openDatabase(config, console.error);
  const server = createServer((request, response) => {
    const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'" };
    if (request.url === '/health') return void response.end('ok\n');
    render(database.db, URL.parse(request.url ?? '/', 'http://localhost')?.searchParams.get('table') ?? 'todos').then(
      (html) => response.writeHead(200, headers).end(html),
      (error: unknown) => response.writeHead(503, headers).end(`<p>${escape(String(error))}</p>`),
    );
  });
  server.listen(config.port, config.host, () => console.log(`The tables are shown on port ${config.port}`));
  await stop;
  server.closeAllConnections();
  server.close();
  return 0;
}

async function render(db: Db, wanted: string): Promise<string> {
  const tables = await tableNames(db);
  const table = tables.find((name) => name === wanted) ?? 'todos';
  const newestFirst = (await hasCreationTime(db, table)) ? sql`order by created_at desc` : sql``;
  const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(table)} ${newestFirst} limit 100`.execute(db);
  const links = tables.map((name) => `<a href="?table=${encodeURIComponent(name)}"${name === table ? ' aria-current="page"' : ''}>${escape(name)}</a>`);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Tables</title>
<style>:root{color-scheme:light dark}body{font:14px/1.5 system-ui;margin:1.5rem}nav{display:flex;gap:1rem}[aria-current]{font-weight:bold}table{border-collapse:collapse;margin-top:1rem}td,th{border:1px solid #8884;padding:.2rem .5rem;text-align:left;max-width:24rem;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}</style>
<nav>${links.join('')}</nav><table><tr>${Object.keys(rows[0] ?? {})
    .map((name) => `<th>${escape(name)}`)
    .join('')}</tr>
${rows
  .map(
    (row) =>
      `<tr>${Object.entries(row)
        .map(([name, value]) => `<td>${cell(name, value)}`)
        .join('')}</tr>`,
  )
  .join('\n')}</table></html>`;
}

async function tableNames(db: Db): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select table_name as name from information_schema.tables where table_schema = 'public' order by 1`.execute(db);
  return rows.map(({ name }) => name);
}

async function hasCreationTime(db: Db, table: string): Promise<boolean> {
  const { rows } = await sql`select 1 from information_schema.columns where table_name = ${table} and column_name = 'created_at'`.execute(db);
  return rows.length > 0;
}

function cell(name: string, value: unknown): string {
  if (['password', 'tokenHash', 'publicKey'].includes(name)) return value === null ? '' : '(hidden)';
  if (value === null || value === undefined) return '';
  return escape(typeof value === 'string' ? value : JSON.stringify(value));
}

const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
