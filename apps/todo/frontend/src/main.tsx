import { render } from 'preact';
import { startSync } from './store/sync.ts';
import { App } from './view/app.tsx';
import { startClock } from './view/clock.ts';
import { startCursor } from './view/cursor.ts';
import { startKeys } from './view/keys.ts';
import { parseRoute, route } from './view/route.ts';
import { startTheme } from './view/theme.ts';

const readRoute = () => (route.value = parseRoute(location.hash));

startTheme();
startClock();
startKeys();
addEventListener('hashchange', readRoute);
readRoute();
startCursor();
const root = document.getElementById('app');
if (root !== null) render(<App />, root);
void startSync();
// On addresses that are not secure (a home network without certificates) browsers have no service workers; all else works.
if ('serviceWorker' in navigator) void navigator.serviceWorker.register('/worker.js');
