import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newPerson } from './browser.ts';
import { scrollFrames, searchFor, tickOne } from './in-page.ts';
import type { OnStage } from './stage.ts';

const count = 10_000;

export function manyTodos(stage: OnStage): void {
  test('ten thousand todos: the page opens, scrolls, searches and ticks smoothly', async (context) => {
    const { app, api, browser } = stage();
    await app.compose(['run', '--rm', '--no-TTY', 'seed', 'seed', '--count', String(count)]);
    assert.equal((await api.todos()).length, count);
    await using person = await newPerson(browser);
    const { page } = person;
    const opened = performance.now();
    await person.open(app.url);
    await person.row('Todo number 1').waitFor();
    const openMs = performance.now() - opened;
    const rows = await page.locator('li.row').count();

    const frames = await page.evaluate<number[]>(scrollFrames);
    const middle = frames[Math.floor(frames.length / 2)] ?? Infinity;
    const slow = frames[Math.floor(frames.length * 0.95)] ?? Infinity;

    const tickMs = await page.evaluate<number>(tickOne);
    const searchMs = await page.evaluate<number>(searchFor('number 9999'));
    await person.row('Todo number 9999').waitFor();
    assert.deepEqual(await person.titles(), ['Todo number 9999']);
    const report = `open ${openMs.toFixed(0)} ms, frame median ${middle.toFixed(1)} ms, 95th ${slow.toFixed(1)} ms, tick ${tickMs.toFixed(0)} ms, search ${searchMs.toFixed(0)} ms, ${rows} rows in the document`;
    context.diagnostic(report);
    assert.ok(rows < 80, report);
    assert.ok(middle < 34, report);
    assert.ok(slow < 150, report);
    assert.ok(tickMs < 400 && searchMs < 400, report);
    assert.ok(openMs < 12_000, report);
  });
}
