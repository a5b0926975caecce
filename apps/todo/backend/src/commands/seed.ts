import { parseArgs } from 'node:util';
import type { Config } from '../config.ts';
import { singleAccountId } from '../database/migrations.ts';
import { openDatabase } from '../database/open.ts';
import type { TransferTodo } from '../transfer/document.ts';
import { importTodos } from '../transfer/transfer-store.ts';

/** Fills an empty database with something to look at; `--count 10000` with much of it. */
export async function run(config: Config, args: string[]): Promise<number> {
  const { count } = parseArgs({ args, options: { count: { type: 'string' } } }).values;
  await using database = await openDatabase(config, console.error);
  const { total } = await database.db
    .selectFrom('todos')
    .select((query) => query.fn.countAll<string>().as('total'))
    .where('accountId', '=', singleAccountId)
    .where('deletedAt', 'is', null)
    .executeTakeFirstOrThrow();
  if (count === undefined && Number(total) > 0) {
    console.log('There are todos already; nothing added');
    return 0;
  }
  const added = await importTodos(database.db, singleAccountId, count === undefined ? examples(new Date()) : many(Number(count)));
  console.log(`Added ${added} todos`);
  return 0;
}

function examples(now: Date): TransferTodo[] {
  const day = (offset: number) => new Date(now.getTime() + offset * 86_400_000).toISOString().slice(0, 10);
  return [
    { title: 'Read the README of this application', tags: ['start'], priority: 1, due: day(0) },
    { title: 'Open this page in a second tab and tick something', tags: ['start'], notes: 'Both tabs change at once, whichever replica they talk to.' },
    { title: 'Scale the backend to three', tags: ['containers'], list: 'Workshop', notes: 'compose up --detach --scale backend=3' },
    { title: 'Restart the database in the middle', tags: ['containers'], list: 'Workshop', priority: 2 },
    { title: 'Make a backup', list: 'Workshop', due: day(7) },
    { title: 'Water the plants', list: 'Home', due: day(1), tags: ['garden'] },
    { title: 'Learn what a volume is', completedAt: now.toISOString(), tags: ['start'] },
  ];
}

function many(count: number): TransferTodo[] {
  return Array.from({ length: count }, (_, index) => ({
    title: `Todo number ${index + 1}`,
    priority: index % 4,
    tags: [`group${index % 25}`],
    ...(index % 3 === 0 && { completedAt: new Date(0).toISOString() }),
  }));
}
