import { request } from 'node:http';

import type { FuzzRequest } from './request.ts';

/** What came back: status and the first bytes of the body; or why nothing did. */
export type FuzzAnswer = { readonly status: number; readonly text: string } | { readonly problem: string };

/** How long a stream is listened to before it is closed. */
const STREAM_MS = 150;
const BODY_LIMIT = 64 << 10;

/** Sends one request over the socket. `patienceMs` is how long the head of the answer may take. */
export function send(socketPath: string, fuzz: FuzzRequest, patienceMs: number): Promise<FuzzAnswer> {
  return new Promise((resolve) => {
    const sent = request({
      socketPath,
      method: fuzz.method,
      path: fuzz.target,
      headers: { Host: 'fuzz', ...fuzz.headers, ...(fuzz.body && { 'Content-Length': fuzz.body.length }) },
    });
    const timer = setTimeout(() => finish({ problem: `no answer in ${patienceMs} ms` }), patienceMs);
    const finish = (answer: FuzzAnswer): void => {
      clearTimeout(timer);
      resolve(answer);
      sent.destroy();
    };
    sent.on('response', (response) => {
      clearTimeout(timer);
      const chunks: Buffer[] = [];
      const done = (): void => finish({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
      const listening = setTimeout(done, STREAM_MS);
      response.on('data', (chunk: Buffer) => {
        if (Buffer.concat(chunks).length < BODY_LIMIT) chunks.push(chunk);
      });
      response.on('error', () => {});
      response.on('close', () => {
        clearTimeout(listening);
        done();
      });
    });
    sent.on('upgrade', (response, socket) => {
      socket.on('error', () => {});
      socket.destroy();
      finish({ status: response.statusCode ?? 0, text: '' });
    });
    // A refused body may close the connection while we still write it.
    sent.on('error', (error: NodeJS.ErrnoException) => finish({ problem: error.code ?? error.message }));
    sent.end(fuzz.body);
  });
}
