import { inform } from '../store/messages.ts';
import { synchronise } from '../store/sync.ts';

/** Everything out, everything in. */
export function Transfer() {
  return (
    <>
      <h2>Export</h2>
      <ul>
        <li>
          <a href="/api/export?format=json" download>
            JSON
          </a>
        </li>
        <li>
          <a href="/api/export?format=markdown" download>
            Markdown
          </a>
        </li>
        <li>
          <a href="/api/export?format=todotxt" download>
            todo.txt
          </a>
        </li>
      </ul>
      <h2>Import</h2>
      <input
        type="file"
        aria-label="Import a file: JSON, Markdown or todo.txt"
        accept=".json,.md,.txt"
        onChange={(event) => void importFile(event.currentTarget)}
      />
    </>
  );
}

const types: Record<string, string> = { json: 'application/json', md: 'text/markdown', txt: 'text/plain' };

async function importFile(input: HTMLInputElement): Promise<void> {
  const [file] = input.files ?? [];
  if (file === undefined) return;
  const type = types[file.name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'text/plain';
  const response = await fetch('/api/import', { method: 'POST', headers: { 'content-type': type }, body: file }).catch(() => undefined);
  input.value = '';
  const answer = (await response?.json().catch(() => undefined)) as { imported?: number; title?: string; detail?: string } | undefined;
  if (response?.ok) inform(`Imported ${answer?.imported ?? 0} todos`);
  else inform(`Not imported: ${answer?.detail ?? answer?.title ?? 'no connection'}`);
  await synchronise();
}
