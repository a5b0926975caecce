import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseModeChange } from './mode-change.ts';

const cases: readonly (readonly [text: string, before: number, isFolder: boolean, after: number])[] = [
  ['755', 0o644, false, 0o755],
  ['0600', 0o777, true, 0o600],
  ['4755', 0o644, false, 0o4755],
  ['u+x', 0o644, false, 0o744],
  ['+x', 0o644, false, 0o755],
  ['a-w', 0o666, false, 0o444],
  ['u=rw,go=r', 0o777, false, 0o644],
  ['go=', 0o777, false, 0o700],
  ['a+X', 0o644, false, 0o644],
  ['a+X', 0o744, false, 0o755],
  ['a+X', 0o644, true, 0o755],
  ['g=u', 0o640, false, 0o660],
  ['u+s,g+s', 0o755, false, 0o6755],
  ['+t', 0o777, true, 0o1777],
  ['u+x-w', 0o644, false, 0o544],
];

for (const [text, before, isFolder, after] of cases) {
  test(`parseModeChange("${text}") makes ${before.toString(8)} ${after.toString(8)}${isFolder ? ' for a folder' : ''}`, () => {
    assert.equal(parseModeChange(text)(before, isFolder).toString(8), after.toString(8));
  });
}

for (const text of ['9z', '888', '17777', 'u', 'u+q', '']) {
  test(`parseModeChange("${text}") refuses with Docker's text`, () => {
    assert.throws(() => parseModeChange(text), { message: `invalid chmod parameter: '${text}'. it should be octal string and between 0 and 07777` });
  });
}
