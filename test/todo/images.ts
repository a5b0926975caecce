import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TodoApp } from './harness.ts';
import type { OnStage } from './stage.ts';

const megabyte = 1_000_000;

export function images(stage: OnStage): void {
  test('the images add little to their bases, and the page is small', async (context) => {
    const { app } = stage();
    const backend = (await size(app, `todo-backend:${app.project}`)) - (await size(app, 'node:24-trixie-slim'));
    const frontend = (await size(app, `todo-frontend:${app.project}`)) - (await size(app, 'nginx:trixie'));
    const bundle = await transferred(app.url);
    context.diagnostic(
      `backend ${(backend / megabyte).toFixed(1)} MB and frontend ${(frontend / megabyte).toFixed(1)} MB over their bases, page ${(bundle / 1000).toFixed(1)} kB`,
    );
    assert.ok(backend < 70 * megabyte, `backend: ${backend} bytes over its base`);
    assert.ok(frontend < 25 * megabyte, `frontend: ${frontend} bytes over its base`);
    assert.ok(bundle < 80_000, `the page's scripts and styles: ${bundle} bytes compressed`);
  });

  test('nothing runs as root, writes to its image or holds a capability', async () => {
    const { app } = stage();
    for (const service of ['frontend', 'backend', 'database']) {
      const [container = ''] = await app.containers(service);
      const status = await app.cli(['exec', container, 'cat', '/proc/1/status']);
      const user = await app.cli(['exec', container, 'sh', '-c', 'id -u; touch /probe 2>&1 || true']);
      assert.match(user, /^(1000|101|999)\n.*Read-only file system/s, service);
      assert.match(status, /CapEff:\s+0+\n/, service);
      assert.match(status, /NoNewPrivs:\s+1\n/, service);
      assert.equal((await app.cli(['inspect', '--format', '{{.State.Health.Status}}', container])).trim(), 'healthy', service);
    }
    const [backend = ''] = await app.containers('backend');
    // Docker Compose mounts a secret's file as it is; ours gives it the owner and mode that compose.yaml asks for.
    if (app.engine !== undefined) assert.equal((await app.cli(['exec', backend, 'stat', '-Lc', '%a %u', '/run/secrets/database-password'])).trim(), '400 1000');
    assert.doesNotMatch(await app.cli(['inspect', backend]), /todo-for-development/, 'the password is in no environment');
  });

  test('assets are compressed and kept for ever, the page is asked for anew', async () => {
    const { app } = stage();
    const page = await fetch(app.url);
    const [script = ''] = /\/assets\/[^"]+\.js/.exec(await page.text()) ?? [];
    assert.equal(page.headers.get('cache-control'), 'no-cache');
    const asset = await fetch(app.url + script, { headers: { 'accept-encoding': 'gzip' } });
    assert.deepEqual([asset.headers.get('cache-control'), asset.headers.get('content-encoding')], ['public, max-age=31536000, immutable', 'gzip']);
    assert.equal((await fetch(`${app.url}/`, { headers: { 'if-none-match': page.headers.get('etag') ?? '' } })).status, 304);
  });
}

async function size(app: TodoApp, image: string): Promise<number> {
  return Number((await app.cli(['image', 'inspect', '--format', '{{.Size}}', image])).trim());
}

/** Bytes that a first visit fetches: the page, its script and its style, compressed as they are sent. */
async function transferred(url: string): Promise<number> {
  const html = await (await fetch(url)).text();
  const paths = ['/', ...[...html.matchAll(/\/assets\/[^"]+/g)].map(([path]) => path)];
  const sizes = await Promise.all(
    paths.map(async (path) => Number((await fetch(url + path, { method: 'HEAD', headers: { 'accept-encoding': 'gzip' } })).headers.get('content-length'))),
  );
  assert.ok(sizes.length === 3 && sizes.every((bytes) => bytes > 0), JSON.stringify(sizes));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}
