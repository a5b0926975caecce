import type { Browser } from 'playwright-core';
import type { Api } from './api.ts';
import type { TodoApp } from './harness.ts';

/** What the suites share: one composed application, one browser. Each suite begins with an empty list. */
export interface Stage {
  readonly app: TodoApp;
  readonly api: Api;
  readonly browser: Browser;
}

/** Known when the tests run, not yet when they are declared. */
export type OnStage = () => Stage;
