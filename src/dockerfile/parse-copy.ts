import { jsonStrings } from './arguments.ts';
import { parseError } from './dockerfile-error.ts';
import { FlagValues } from './flags.ts';
import { heredocText, parseHeredoc } from './heredoc.ts';
import type { CopyInstruction, RawInstruction } from './types.ts';

const COPY_FLAGS = { from: 'text', chown: 'text', chmod: 'text', link: 'boolean', parents: 'boolean', exclude: 'list' } as const;
const ADD_FLAGS = { chown: 'text', chmod: 'text', link: 'boolean', exclude: 'list', checksum: 'text', 'keep-git-dir': 'boolean', unpack: 'boolean' } as const;

/** COPY [--from --chown --chmod --link --parents --exclude] SRC… DEST */
export function parseCopy(raw: RawInstruction): CopyInstruction {
  const flags = new FlagValues(raw.flags, COPY_FLAGS, raw.range);
  const from = flags.text('from');
  return { ...common(raw, 'copy', flags), parents: flags.boolean('parents') ?? false, ...(from === undefined ? {} : { from }) };
}

/** ADD [--chown --chmod --link --exclude --checksum --keep-git-dir --unpack] SRC… DEST */
export function parseAdd(raw: RawInstruction): CopyInstruction {
  const flags = new FlagValues(raw.flags, ADD_FLAGS, raw.range);
  const checksum = flags.text('checksum');
  const keepGitDir = flags.boolean('keep-git-dir');
  const unpack = flags.boolean('unpack');
  return {
    ...common(raw, 'add', flags),
    ...(checksum === undefined ? {} : { checksum }),
    ...(keepGitDir === undefined ? {} : { keepGitDir }),
    ...(unpack === undefined ? {} : { unpack }),
  };
}

function common(raw: RawInstruction, kind: 'copy' | 'add', flags: FlagValues): CopyInstruction {
  const words = jsonStrings(raw) ?? raw.rest.split(/\s+/).filter(Boolean);
  const destination = words.at(-1);
  if (destination === undefined || words.length < 2)
    throw parseError(`${kind.toUpperCase()} requires at least two arguments, but only one was provided. Destination could not be determined`, raw.range);
  if (parseHeredoc(destination)) throw parseError(`${kind.toUpperCase()} cannot accept a heredoc as a destination`, raw.range);
  const documents = [...raw.heredocs];
  const sources: string[] = [];
  const inline: { path: string; data: string; expand: boolean }[] = [];
  for (const word of words.slice(0, -1)) {
    const document = parseHeredoc(word) ? documents.shift() : undefined;
    if (document) inline.push({ path: document.name, data: heredocText(document), expand: document.expand });
    else sources.push(word);
  }
  const chown = flags.text('chown');
  const chmod = flags.text('chmod');
  return {
    kind,
    raw,
    sources,
    destination,
    inline,
    link: flags.boolean('link') ?? false,
    parents: false,
    exclude: flags.list('exclude'),
    ...(chown === undefined ? {} : { chown }),
    ...(chmod === undefined ? {} : { chmod }),
  };
}
