/** Lays JSON text out with `indent` for each level, touching no value: numbers of any size and order of keys stay as they came. */
export function indentJson(text: string, indent: string, prefix = ''): string {
  let out = '';
  let depth = 0;
  let opened = false;
  const line = (): string => `\n${prefix}${indent.repeat(depth)}`;
  for (const [token] of text.matchAll(/"(?:\\.|[^"\\])*"|[{}[\],:]|[^\s{}[\],:"]+/g)) {
    const closes = token === '}' || token === ']';
    if (opened && !closes) out += line();
    opened = token === '{' || token === '[';
    switch (token) {
      case '{':
      case '[':
        out += token;
        depth++;
        break;
      case '}':
      case ']':
        depth--;
        out += out.endsWith(token === '}' ? '{' : '[') ? token : line() + token;
        break;
      case ',':
        out += `,${line()}`;
        break;
      case ':':
        out += ': ';
        break;
      default:
        out += token;
    }
  }
  return out;
}
