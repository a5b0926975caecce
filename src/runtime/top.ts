import { EngineError } from '../base/index.ts';
import { runProgram } from './run-program.ts';
import type { TopResult } from './types.ts';
import type { Zygote } from './zygote.ts';

/** Lists processes with the host's `ps`: no program of the container is ever run for it. INVALID_ARGUMENT with Docker's texts. */
export async function top(zygote: Zygote, pids: readonly number[], psArgs = ''): Promise<TopResult> {
  const asked = psArgs.trim() === '' ? ['-ef'] : psArgs.trim().split(/\s+/);
  checkArguments(asked);
  // Quicker, but not every other option goes together with it.
  const chosen = await runProgram(zygote, ['ps', ...asked, '-q', pids.join(',')]);
  const result = chosen.exitCode === 0 ? chosen : await runProgram(zygote, ['ps', ...asked]);
  if (result.exitCode !== 0) throw new EngineError('INVALID_ARGUMENT', `ps: ${firstLine(result.stderr.toString())}`);
  return parsePs(result.stdout.toString(), pids);
}

/** An option that renames the PID column could pass off another process as the container's. */
function checkArguments(args: readonly string[]): void {
  for (const word of args) {
    const match = /\bpid=(.*)$/i.exec(word);
    if (match !== null && (match[1] ?? '').toUpperCase() !== 'PID') {
      throw new EngineError('INVALID_ARGUMENT', `specifying "${match[0]}" is not allowed`);
    }
  }
}

/** The rows of ps's output that belong to these processes. */
export function parsePs(output: string, pids: readonly number[]): TopResult {
  const [head = '', ...rows] = output.split('\n').filter((line) => line.trim() !== '');
  const titles = head.trim().split(/\s+/);
  const column = titles.indexOf('PID');
  if (column < 0) throw new EngineError('INVALID_ARGUMENT', "Couldn't find PID field in ps output");
  const wanted = new Set(pids.map(String));
  const processes = rows.map((row) => fields(row, titles.length)).filter((row) => wanted.has(row[column] ?? ''));
  return { Titles: titles, Processes: processes };
}

/** The last column is what is left of the line, blanks included. */
function fields(row: string, count: number): string[] {
  const words = row.trim().split(/\s+/);
  return words.length <= count ? words : [...words.slice(0, count - 1), words.slice(count - 1).join(' ')];
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
