import { after, before, beforeEach, suite } from 'node:test';
import { cannotRun } from '../e2e/harness.ts';
import { accounts } from './accounts.ts';
import { Api } from './api.ts';
import { apiContract } from './api-contract.ts';
import { badInput } from './bad-input.ts';
import { openBrowser } from './browser.ts';
import { startTodo } from './harness.ts';
import { images } from './images.ts';
import { keyboard } from './keyboard.ts';
import { life } from './life.ts';
import { manyTodos } from './many-todos.ts';
import { offline } from './offline.ts';
import { operation } from './operation.ts';
import { replicas } from './replicas.ts';
import type { Stage } from './stage.ts';
import { twoTabs } from './two-tabs.ts';

suite('the todo application', { skip: cannotRun() }, () => {
  let stage: Stage | undefined;
  const onStage = () => {
    if (stage === undefined) throw new Error('the application is not up');
    return stage;
  };
  before(async () => {
    const app = await startTodo();
    stage = { app, api: new Api(app.url), browser: await openBrowser() };
  });
  after(async () => {
    if (process.env['SLIPWAY_TODO_LOGS']) console.log(await onStage().app.compose(['logs', '--timestamps']));
    await stage?.browser.close();
    await stage?.app[Symbol.asyncDispose]();
  });
  beforeEach(async () => await onStage().api.clear());

  for (const declare of [apiContract, badInput, life, twoTabs, offline, keyboard, manyTodos, images, accounts, replicas, operation]) declare(onStage);
});
