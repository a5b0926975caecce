import { createInterface } from 'node:readline/promises';
import type { Invocation } from '../invocation.ts';

/** Asks for a line. */
export async function ask({ stdin, stdout }: Invocation, question: string): Promise<string> {
  const lines = createInterface({ input: stdin, output: stdout });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}

/** Asks for a line without showing what is typed. Ctrl+C ends the process, as everywhere. */
export async function askSecret({ stdin, stdout }: Invocation, question: string): Promise<string> {
  stdout.write(question);
  stdin.setRawMode(true);
  let secret = '';
  try {
    for await (const chunk of stdin.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      for (const letter of chunk.toString()) {
        if (letter === '\r' || letter === '\n' || letter === '\u0004') return secret;
        if (letter === '\u0003') process.exit(130);
        secret = letter === '\u007F' ? secret.slice(0, -1) : secret + letter;
      }
    }
    return secret;
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stdout.write('\n');
  }
}

/** All of a stream as text. */
export async function readAll(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}
