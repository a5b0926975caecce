import { signal } from '@preact/signals';
import { Dialog } from './dialog.tsx';

export const helpOpen = signal(false);

const shortcuts: [string, string][] = [
  ['n', 'New todo'],
  ['/', 'Search'],
  ['g', 'Go to the list'],
  ['↑ ↓ or k j', 'Previous, next todo'],
  ['Space', 'Tick'],
  ['Enter', 'Edit the title'],
  ['o', 'Open the details'],
  ['0 1 2 3', 'Priority: none, high, medium, low'],
  ['Alt ↑ Alt ↓', 'Move'],
  ['x or Shift ↑ ↓', 'Mark several'],
  ['Ctrl A', 'Mark all'],
  ['Delete', 'Delete'],
  ['Ctrl Z', 'Undo'],
  ['Esc', 'Leave, unmark'],
];

export function Help() {
  if (!helpOpen.value) return null;
  return (
    <Dialog title="Help" onClose={() => (helpOpen.value = false)}>
      <h3>Adding</h3>
      <p>
        Write it as you would say it: <kbd>Call Mum tomorrow #family !1 @Home</kbd> sets the day, a tag, the priority (1 is high) and the list. Days are{' '}
        <em>today</em>, <em>tomorrow</em>, a weekday, <em>in 3 days</em>, <em>next week</em> or <em>2026-12-24</em>.
      </p>
      <h3>Keys</h3>
      <dl class="shortcuts">
        {shortcuts.map(([keys, meaning]) => (
          <div key={keys}>
            <dt>{keys}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
