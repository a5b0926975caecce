import type { FlagType } from '../table/types.ts';
import { parseBytes } from '../flags/bytes.ts';
import { parseDuration } from '../flags/duration.ts';
import { parseCpus } from '../flags/cpus.ts';

/** Why `text` is no value of `type`, in Docker's words; undefined when it is one. */
export function checkValue(type: FlagType, text: string): string | undefined {
  switch (type) {
    case 'bool':
      return /^(1|0|t|f|T|F|true|false|TRUE|FALSE|True|False)$/.test(text) ? undefined : syntax('ParseBool', text);
    case 'int':
      return checkInteger(text);
    case 'uint16':
      return checkUnsigned(text, 65_535);
    case 'bytes':
      return failureOf(() => parseBytes(text));
    case 'duration':
      return failureOf(() => parseDuration(text));
    case 'decimal':
      return failureOf(() => parseCpus(text));
    case 'filter':
      return text === '' || text.includes('=') ? undefined : 'bad format of filter (expected name=value)';
    default:
      return undefined;
  }
}

function checkInteger(text: string): string | undefined {
  if (!/^[+-]?(0x[0-9a-f]+|0o?[0-7]+|0b[01]+|0|[1-9]\d*)$/i.test(text)) return syntax('ParseInt', text);
  return Number.isSafeInteger(Number(text)) ? undefined : `strconv.ParseInt: parsing "${text}": value out of range`;
}

function checkUnsigned(text: string, max: number): string | undefined {
  if (!/^\d+$/.test(text)) return syntax('ParseUint', text);
  return Number(text) <= max ? undefined : `strconv.ParseUint: parsing "${text}": value out of range`;
}

function syntax(call: string, text: string): string {
  return `strconv.${call}: parsing "${text}": invalid syntax`;
}

function failureOf(parse: () => unknown): string | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
}
