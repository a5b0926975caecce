/** JSON as Go's encoding/json writes it: no spaces, "<", ">" and "&" escaped. Maps keep their order. */
export function goJson(value: unknown): string {
  if (value instanceof Map) return `{${[...(value as Map<string, unknown>)].map(([key, one]) => `${text(key)}:${goJson(one)}`).join(',')}}`;
  if (Array.isArray(value)) return `[${value.map(goJson).join(',')}]`;
  return typeof value === 'string' ? text(value) : JSON.stringify(value ?? null);
}

function text(value: string): string {
  return JSON.stringify(value).replaceAll(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
