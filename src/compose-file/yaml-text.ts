/** Writes values as YAML in Docker Compose's hand: two spaces, lists indented, quotes only where a reader could take a text for something else. Maps keep their order. */
export function yamlText(value: unknown): string {
  return block(value, 0).replace(/^\n/, '');
}

function block(value: unknown, depth: number): string {
  const pad = '  '.repeat(depth);
  if (value instanceof Map) {
    if (value.size === 0) return ' {}\n';
    return `\n${[...(value as Map<string, unknown>)].map(([key, one]) => `${pad}${plainText(key)}:${block(one, depth + 1)}`).join('')}`;
  }
  if (Array.isArray(value)) {
    if (value.length === 0) return ' []\n';
    return `\n${value.map((one) => `${pad}-${item(one, depth + 1)}`).join('')}`;
  }
  return ` ${scalarText(value, pad)}\n`;
}

/** A list's item starts on the line of its dash. */
function item(value: unknown, depth: number): string {
  const text = block(value, depth);
  return text.startsWith('\n') ? ` ${text.slice(1).trimStart()}` : text;
}

function scalarText(value: unknown, pad: string): string {
  if (typeof value !== 'string') return JSON.stringify(value ?? null);
  if (value.includes('\n') && /[^\s]/.test(value) && !/^\s|[\t\r]|[ ]\n/.test(value)) return literal(value, pad);
  return plainText(value);
}

function literal(value: string, pad: string): string {
  const chomp = value.endsWith('\n\n') ? '+' : value.endsWith('\n') ? '' : '-';
  const lines = value.replace(/\n$/, '').split('\n');
  return `|${chomp}\n${lines.map((line) => (line ? pad + line : '')).join('\n')}`;
}

const words = /^(?:|~|null|Null|NULL|true|True|TRUE|false|False|FALSE|y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF|<<|=)$/;
const numbers =
  /^(?:[-+]?(?:\d[\d_]*)?\.?\d[\d_]*(?:[eE][-+]?\d+)?|[-+]?\d[\d_]*\.?|0o?[0-7_]+|0x[\da-fA-F_]+|0b[01_]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const dates = /^\d{4}-\d\d?-\d\d?(?:[Tt ].*)?$/;
const sexagesimal = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;

function plainText(value: string): string {
  if (words.test(value) || numbers.test(value) || dates.test(value) || sexagesimal.test(value)) return JSON.stringify(value);
  if (/[\p{Cc}\u2028\u2029]/u.test(value)) return JSON.stringify(value);
  if (/^[-?:](?:\s|$)|^[,[\]{}#&*!|>'"%@`]|^\s|\s$|: |:$| #|^---|^\.\.\./.test(value)) return quoted(value);
  return value;
}

/** Single quotes, as Go's writer prefers where nothing has to be escaped. */
function quoted(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
