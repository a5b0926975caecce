import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request as send } from 'node:http';
import { extname, join, normalize } from 'node:path';

// For development only: builds, serves the result, passes /api on to the backend. `node --watch-path=src` starts it again at every change.
const out = process.env['OUT'] ?? 'dist';
const backend = new URL(process.env['BACKEND'] ?? 'http://localhost:3000');
const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};

const build = spawn(process.execPath, ['build.ts'], { stdio: 'inherit' });
build.once('exit', (code) => {
  if (code !== 0) return;
  createServer((request, response) => void answer(request, response)).listen(8080, () => console.log('http://localhost:8080'));
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
  if (/^\/(api\/|health$|ready$)/.test(path)) return passOn(request, response);
  const file = join(out, path === '/' ? 'index.html' : path);
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) return void response.writeHead(404).end();
  response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream', 'cache-control': 'no-store' });
  createReadStream(file).pipe(response);
}

function passOn(request: IncomingMessage, response: ServerResponse): void {
  const { hostname, port } = backend;
  const onward = send(
    { hostname, port, path: request.url, method: request.method, headers: { ...request.headers, 'x-forwarded-host': request.headers.host ?? '' } },
    (answered) => {
      response.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(response);
    },
  );
  onward.on('error', () => response.writeHead(502).end());
  request.pipe(onward);
}
