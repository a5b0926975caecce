import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { chromium } from 'playwright-core';

/** Where the run leaves its pictures; the README shows copies of them. */
const pictures = process.env['SLIPWAY_SCREENSHOTS'] ?? resolve(import.meta.dirname, '../../test-results/todo');

export async function openBrowser(): Promise<Browser> {
  const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
  if (executablePath === undefined) throw new Error('No Chromium here: apt-get install chromium');
  return await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-dev-shm-usage'] });
}

/** Someone at a browser of their own: nothing is shared with the others but the server. */
export class Person implements AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What went wrong in the page: errors nobody caught, and what the content security policy refused. */
  readonly faults: string[] = [];

  constructor(context: BrowserContext, page: Page) {
    this.context = context;
    this.page = page;
    page.setDefaultTimeout(30_000);
    page.on('pageerror', (error) => this.faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && /content security policy|refused to/i.test(message.text())) this.faults.push(message.text());
    });
  }

  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await this.saved();
  }

  /** The page has nothing left to send. */
  async saved(): Promise<void> {
    await this.page
      .getByRole('status')
      .filter({ hasText: /^Saved$/ })
      .waitFor();
  }

  async add(line: string): Promise<void> {
    const field = this.page.getByRole('textbox', { name: 'New todo' });
    await field.fill(line);
    await field.press('Enter');
  }

  row(title: string): Locator {
    return this.page
      .getByRole('listitem')
      .filter({ has: this.page.locator('.title', { hasText: new RegExp(`^${title.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}$`) }) });
  }

  box(title: string): Locator {
    return this.row(title).getByRole('checkbox');
  }

  /** Titles as they are shown, top to bottom. */
  async titles(): Promise<string[]> {
    const rows = await this.page
      .locator('li.row')
      .evaluateAll((elements) =>
        elements.map((element) => ({ place: Number(element.getAttribute('aria-posinset')), title: element.querySelector('.title')?.textContent ?? '' })),
      );
    return rows.sort((a, b) => a.place - b.place).map(({ title }) => title);
  }

  async picture(name: string): Promise<void> {
    mkdirSync(pictures, { recursive: true });
    await this.page.screenshot({ path: join(pictures, `${name}.png`) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.context.close();
  }
}

export async function newPerson(browser: Browser, options: BrowserContextOptions = {}): Promise<Person> {
  const context = await browser.newContext({ viewport: { width: 1100, height: 720 }, ...options });
  return new Person(context, await context.newPage());
}
