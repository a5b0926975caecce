import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';

import { cannotRun, startTestEngine } from './harness.ts';

/** How much the container writes; 1024 is the long run. */
const megabytes = Number(process.env['SLIPWAY_STREAM_MB'] ?? 16);
const LINE_BYTES = 1024;
const period = Buffer.concat(Array.from({ length: 4096 }, (_, index) => Buffer.from(`${String(index).padStart(LINE_BYTES - 1, '.')}\n`)));
const rounds = Math.ceil((megabytes << 20) / period.length);

/** Checks a stream of Docker's frames against what the container writes, without keeping it. */
class Checker {
  bytes = 0;
  #head = Buffer.alloc(0);
  #frameLeft = 0;

  take(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#frameLeft === 0) rest = this.#header(rest);
      const payload = rest.subarray(0, this.#frameLeft);
      this.#compare(payload);
      this.#frameLeft -= payload.length;
      rest = rest.subarray(payload.length);
    }
  }

  #header(chunk: Buffer): Buffer {
    const wanted = 8 - this.#head.length;
    this.#head = Buffer.concat([this.#head, chunk.subarray(0, wanted)]);
    if (this.#head.length === 8) {
      this.#frameLeft = this.#head.readUInt32BE(4);
      this.#head = Buffer.alloc(0);
    }
    return chunk.subarray(wanted);
  }

  #compare(payload: Buffer): void {
    let at = 0;
    while (at < payload.length) {
      const offset = this.bytes % period.length;
      const length = Math.min(payload.length - at, period.length - offset);
      if (payload.compare(period, offset, offset + length, at, at + length) !== 0)
        assert.fail(`wrong bytes after ${this.bytes}: ${payload.toString('latin1', at, at + 80)}`);
      this.bytes += length;
      at += length;
    }
  }
}

/** Sends a request whose answer is a stream; the head is skipped, the rest goes to `take`. Resolves when it has been accepted. */
async function open(socketPath: string, method: string, path: string, take: (chunk: Buffer) => void): Promise<{ socket: Socket; ended: Promise<void> }> {
  const socket = connect(socketPath);
  const accepted = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  let head: Buffer | undefined = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    try {
      if (!head) return take(chunk);
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      assert.match(head.subarray(0, end).toString(), /^HTTP\/1.1 (101|200) /);
      const rest = head.subarray(end + 4);
      head = undefined;
      accepted.resolve();
      if (rest.length > 0) take(rest);
    } catch (error) {
      ended.reject(error);
      socket.destroy();
    }
  });
  socket.on('close', () => ended.resolve());
  socket.on('error', ended.reject);
  socket.write(
    `${method} ${path} HTTP/1.1\r\nHost: x\r\n${method === 'GET' ? 'Connection: close' : 'Connection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 0'}\r\n\r\n`,
  );
  await accepted.promise;
  return { socket, ended: ended.promise };
}

/** Unwraps chunked transfer, in which log streams come. */
function dechunked(take: (chunk: Buffer) => void): (chunk: Buffer) => void {
  let left = 0;
  let line = '';
  return (chunk) => {
    let at = 0;
    while (at < chunk.length) {
      if (left > 0) {
        const end = Math.min(chunk.length, at + left);
        take(chunk.subarray(at, end));
        left -= end - at;
        at = end;
        continue;
      }
      const newline = chunk.indexOf('\n', at);
      const stop = newline < 0 ? chunk.length : newline + 1;
      line += chunk.toString('latin1', at, stop);
      at = stop;
      if (line.endsWith('\r\n')) {
        left = line === '\r\n' ? 0 : Number.parseInt(line, 16);
        line = '';
      }
    }
  };
}

function peakMegabytes(pid: number): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

test(
  `100 readers of ${megabytes} MB lose nothing, and one who stands still holds up nobody`,
  { skip: cannotRun(), timeout: 60_000 + megabytes * 8_000 },
  async (context) => {
    await using engine = await startTestEngine();
    const lines = join(engine.roots.directory, 'lines');
    writeFileSync(lines, period);
    const { Id } = await engine.client.containers.create({
      Image: 'busybox',
      Cmd: ['sh', '-c', `for round in $(seq ${rounds}); do cat /lines; done`],
      HostConfig: { Binds: [`${lines}:/lines:ro`], LogConfig: { Type: 'json-file', Config: { 'max-size': `${megabytes * 2 + 20}m` } } },
    });
    const attach = `/containers/${Id}/attach?stream=1&stdout=1&stderr=1`;
    const still = await open(engine.socket, 'POST', attach, () => {});
    still.socket.pause();
    const checkers = Array.from({ length: 100 }, () => new Checker());
    const readers = await Promise.all(checkers.slice(0, 50).map((checker) => open(engine.socket, 'POST', attach, (chunk) => checker.take(chunk))));
    await engine.client.containers.start(Id);
    const followers = checkers.slice(50).map((checker) => {
      const take = dechunked((chunk) => checker.take(chunk));
      return open(engine.socket, 'GET', `/v1.41/containers/${Id}/logs?follow=1&stdout=1&stderr=1`, take);
    });
    const started = performance.now();
    let slowestPing = 0;
    const all = Promise.all([...readers.map(({ ended }) => ended), ...followers.map(async (follower) => await (await follower).ended)]);
    const state = { reading: true };
    void all.finally(() => (state.reading = false)).catch(() => {});
    while (state.reading) {
      const asked = performance.now();
      await engine.client.system.ping();
      slowestPing = Math.max(slowestPing, performance.now() - asked);
      await Promise.race([all, new Promise((resolve) => setTimeout(resolve, 100))]);
    }
    await all;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const peak = peakMegabytes(engine.pid);
    context.diagnostic(`${seconds} s, engine at most ${peak.toFixed(0)} MB, slowest ping ${slowestPing.toFixed(0)} ms`);
    still.socket.destroy();
    assert.deepEqual([...new Set(checkers.map(({ bytes }) => bytes))], [rounds * period.length]);
    assert.ok(peak < 200, `the engine took ${peak} MB`);
  },
);
