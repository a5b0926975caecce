import { type Candidate, placeOf } from '../../completion/complete.ts';
import { lookUpNames } from '../../completion/look-up-names.ts';
import type { Invocation } from '../../invocation.ts';
import { root } from '../../table/root.ts';

/** `__complete`: what completion scripts ask; a candidate on each line, its description behind a tab. */
export async function run(call: Invocation): Promise<void> {
  const place = placeOf(root, call.args);
  if (place.kind === 'candidates') return print(call, place.candidates);
  if (place.what === 'file') return void call.stdout.write(':files\n');
  if (place.what === 'directory') return void call.stdout.write(':directories\n');
  const names = await lookUpNames(call, place.what);
  print(
    call,
    names.filter((name) => name.startsWith(place.word)).map((name) => ({ value: place.prefix + name })),
  );
}

function print({ stdout }: Invocation, candidates: readonly Candidate[]): void {
  stdout.write(candidates.map(({ value, description }) => `${value}${description ? `\t${description}` : ''}\n`).join(''));
}
