import { connection, todos } from '../store/state.ts';
import { query, route } from './route.ts';

/** What stands where todos would: loading, nothing found, nothing there. */
export function Empty() {
  if (connection.value === 'starting') {
    return (
      <div class="empty" role="status">
        <p>Loading…</p>
      </div>
    );
  }
  return (
    <div class="empty">
      <p class="big">{titleFor()}</p>
      <p>{hintFor()}</p>
    </div>
  );
}

function titleFor(): string {
  if (query.value !== '') return 'Nothing found';
  if (todos.value.size === 0) return 'Nothing to do yet';
  if (route.value.status === 'completed') return 'Nothing completed yet';
  return route.value.place.kind === 'today' ? 'Nothing is due' : 'Nothing here';
}

function hintFor(): string {
  if (query.value !== '') return `No todo has “${query.value}” in its title, notes or tags.`;
  return todos.value.size === 0 ? 'Write what comes to mind above and press Enter.' : 'Enjoy the quiet.';
}
