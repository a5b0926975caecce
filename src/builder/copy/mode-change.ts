import { EngineError } from '../../base/index.ts';

/** What `--chmod` makes of a file's mode. */
export type ModeChange = (mode: number, isFolder: boolean) => number;

/** True for a mode in digits, which says all: a folder that a copy makes gets it as well. */
export function isAbsoluteMode(text: string): boolean {
  return /^[0-7]{1,5}$/.test(text) && Number.parseInt(text, 8) <= 0o7777;
}

/** Parses "755", "0644" or a symbolic mode as chmod(1) takes it: "u=rw,go+r", "a+X". Throws INVALID_ARGUMENT with Docker's text. */
export function parseModeChange(text: string): ModeChange {
  if (isAbsoluteMode(text)) {
    const mode = Number.parseInt(text, 8);
    return () => mode;
  }
  const clauses = text.split(',').map((clause) => parseClause(clause) ?? invalid(text));
  return (mode, isFolder) => clauses.reduce((now, change) => change(now, isFolder), mode);
}

function invalid(text: string): never {
  throw new EngineError('INVALID_ARGUMENT', `invalid chmod parameter: '${text}'. it should be octal string and between 0 and 07777`);
}

function parseClause(clause: string): ModeChange | undefined {
  const [, who, rest] = /^([ugoa]*)((?:[-+=][rwxXstugo]*)+)$/.exec(clause) ?? [];
  if (who === undefined || rest === undefined) return undefined;
  const classes = who === '' || who.includes('a') ? ['u', 'g', 'o'] : [...new Set(who)];
  const actions = [...rest.matchAll(/([-+=])([rwxXstugo]*)/g)].map(([, operator = '', letters = '']) => ({ operator, letters }));
  return (mode, isFolder) =>
    actions.reduce((now, { operator, letters }) => applyAction(now, operator, bitsFor(now, classes, letters, isFolder), classMask(classes, isFolder)), mode);
}

function applyAction(mode: number, operator: string, bits: number, mask: number): number {
  if (operator === '+') return mode | bits;
  if (operator === '-') return mode & ~bits;
  return (mode & ~mask) | bits;
}

const SHIFT: Readonly<Record<string, number>> = { u: 6, g: 3, o: 0 };

function bitsFor(mode: number, classes: readonly string[], letters: string, isFolder: boolean): number {
  let bits = 0;
  for (const name of classes) {
    for (const letter of letters) bits |= permission(mode, letter, isFolder) << (SHIFT[name] ?? 0);
    if (letters.includes('s')) bits |= name === 'u' ? 0o4000 : name === 'g' ? 0o2000 : 0;
  }
  return letters.includes('t') ? bits | 0o1000 : bits;
}

function permission(mode: number, letter: string, isFolder: boolean): number {
  if (letter === 'r') return 4;
  if (letter === 'w') return 2;
  if (letter === 'x') return 1;
  if (letter === 'X') return isFolder || (mode & 0o111) !== 0 ? 1 : 0;
  const shift = SHIFT[letter];
  return shift === undefined ? 0 : (mode >> shift) & 7;
}

/** Bits that "=" takes away first; set-id bits of folders stay, as chmod(1) leaves them. */
function classMask(classes: readonly string[], isFolder: boolean): number {
  let mask = 0;
  for (const name of classes) {
    mask |= 7 << (SHIFT[name] ?? 0);
    if (!isFolder) mask |= name === 'u' ? 0o4000 : name === 'g' ? 0o2000 : 0;
  }
  return mask;
}
