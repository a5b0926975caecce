import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { newPerson } from './browser.ts';
import type { OnStage } from './stage.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export function keyboard(stage: OnStage): void {
  test('everything is done with the keyboard alone', async () => {
    const { app, api, browser } = stage();
    await using person = await newPerson(browser);
    const { page } = person;
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    await person.open(app.url);
    await press('n');
    for (const line of ['one', 'two', 'three', 'four']) {
      await page.keyboard.type(line);
      await press('Enter');
    }
    await press('ArrowDown');
    await page.locator('#check-' + (await api.todos('&q=one'))[0]?.id + ':focus').waitFor();
    await press('Space');
    await person.page.locator('li.row.completed', { hasText: 'one' }).waitFor();
    await press('ArrowDown', 'Enter');
    await page.getByRole('textbox', { name: 'Title of two' }).waitFor();
    await page.keyboard.type('second');
    await press('Enter');
    await person.row('second').waitFor();
    await page.locator('li.row:focus-within', { hasText: 'second' }).waitFor();
    await press('Alt+ArrowDown');
    assert.deepEqual(await person.titles(), ['one', 'three', 'second', 'four']);
    await page.locator('li.row:focus-within', { hasText: 'second' }).waitFor();
    await press('1', 'o');
    const details = page.getByRole('dialog', { name: 'Details' });
    await details.waitFor();
    await press('Escape');
    await details.waitFor({ state: 'detached' });
    await page.locator('li.row:focus-within', { hasText: 'second' }).waitFor();
    await press('Shift+ArrowDown');
    await page.getByText('2 marked').waitFor();
    await press('Delete');
    assert.deepEqual(await person.titles(), ['one', 'three']);
    await page.keyboard.press('Control+z');
    await person.row('four').waitFor();
    await press('?');
    await page.getByRole('dialog', { name: 'Help' }).waitFor();
    await press('Escape', '/');
    await page.keyboard.type('four');
    assert.deepEqual(await person.titles(), ['four']);
    await press('Escape');
    await person.saved();
    assert.deepEqual(
      (await api.todos()).map(({ title, completed, priority }) => [title, completed, priority]),
      [
        ['one', true, 0],
        ['three', false, 0],
        ['second', false, 1],
        ['four', false, 0],
      ],
    );
  });

  test('axe finds no violation of WCAG 2.2 AA, in light and dark, wide and small, list, details and help', async () => {
    const { app, api, browser } = stage();
    await api.json('POST', '/lists', { name: 'Home' });
    await api.add('Plain');
    await api.add('Everything', { priority: 1, tags: ['home'], due: '2020-01-01', notes: 'Notes' });
    await api.add('Done', { completed: true });
    for (const options of [{ colorScheme: 'light' }, { colorScheme: 'dark' }, { colorScheme: 'light', viewport: { width: 390, height: 720 } }] as const) {
      await using person = await newPerson(browser, options);
      await person.open(app.url);
      await person.row('Everything').waitFor();
      const where = JSON.stringify(options);
      await assertAccessible(person.page, `${where} list`);
      await person.box('Plain').focus();
      await person.page.keyboard.press('x');
      await assertAccessible(person.page, `${where} marked`);
      await person.page.keyboard.press('o');
      await assertAccessible(person.page, `${where} details`);
      await person.page.keyboard.press('Escape');
      await person.page.getByRole('button', { name: 'Help' }).click();
      await assertAccessible(person.page, `${where} help`);
    }
  });
}

async function assertAccessible(page: Page, where: string): Promise<void> {
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    const { run } = (
      globalThis as unknown as {
        axe: { run: (options: object) => Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }> };
      }
    ).axe;
    const { violations: found } = await run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 120)} ${failureSummary}`).join(' | ')}`);
  });
  assert.deepEqual(violations, [], where);
}
