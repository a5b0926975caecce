import { signal } from '@preact/signals';

type Theme = 'light' | 'dark' | 'system';
const order: Theme[] = ['system', 'light', 'dark'];
const key = 'theme';

export const theme = signal<Theme>(stored());

export function startTheme(): void {
  apply(theme.value);
}

export function nextTheme(): void {
  theme.value = order[(order.indexOf(theme.value) + 1) % order.length] ?? 'system';
  localStorage.setItem(key, theme.value);
  apply(theme.value);
}

function apply(value: Theme): void {
  document.documentElement.dataset['theme'] = value;
}

function stored(): Theme {
  return order.find((known) => known === localStorage.getItem(key)) ?? 'system';
}
