import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { promisify } from 'node:util';

const bun = resolve(import.meta.dirname, '../../node_modules/.bin/bun');

/** What Bun, the runtime of the compiled command line, prints of `script`; `connection` is there, to an engine at `path`. */
async function inBun(path: string, script: string): Promise<string> {
  const client = JSON.stringify(resolve(import.meta.dirname, 'index.ts'));
  const program = `import { connect } from ${client}; const connection = connect('unix://${path}'); ${script}`;
  return (await promisify(execFile)(bun, ['-e', program], { timeout: 20_000 })).stdout.trim();
}

test('in the compiled command line bytes go both ways over the runtime’s own sockets', { timeout: 60_000 }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'client-'));
  const path = join(folder, 's.sock');
  const server = createServer((request, response) => {
    if (request.url?.endsWith('/large')) response.end(Buffer.alloc(30 << 20, 'x'));
    else void buffer(request).then(({ length: Size }) => response.end(JSON.stringify({ Size })));
  });
  server.on('upgrade', (_, socket) => {
    socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
    void buffer(socket).then((input) => socket.end(`${input.length} bytes came`));
  });
  server.listen(path);
  await once(server, 'listening');
  t.after(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  await t.test('a large answer, read slowly, arrives whole', async () => {
    const script = `let n = 0; for await (const part of (await connection.call('GET', '/large')).body) { n += part.length; if (n < 1e6) await Bun.sleep(20); } console.log(n);`;
    assert.equal(await inBun(path, script), String(30 << 20));
  });

  await t.test('a large request that the engine takes piece by piece arrives whole', async () => {
    assert.equal(await inBun(path, `console.log(await connection.json('POST', '/size', { body: new Uint8Array(30 << 20) }))`), '{\n  Size: 31457280,\n}');
    const chunks = `async function* () { for (let i = 0; i < 100; i++) yield new Uint8Array(100_000); }`;
    assert.equal(await inBun(path, `console.log((await connection.json('POST', '/size', { body: (${chunks})() })).Size)`), '10000000');
  });

  await t.test('the end of the input is told after the last of it, and the answer to it still comes', async () => {
    const script = `const { stream } = await connection.hijack('POST', '/attach'); void stream.write(new Uint8Array(5 << 20)); stream.end(); let text = ''; for await (const part of stream) text += part; console.log(text);`;
    assert.equal(await inBun(path, script), `${5 << 20} bytes came`);
  });

  await t.test('nobody there is said in the words of every client', async () => {
    const script = `await connection.json('GET', '/info').catch((error) => console.log(error.message))`;
    assert.equal(await inBun('/nowhere/s', script), 'Cannot connect to the Docker daemon at unix:///nowhere/s. Is the docker daemon running?');
  });
});
