/** Orders names as people do: digits by their value ("net2" before "net10"), then by their letters. */
export function byName(a: string, b: string): number {
  const [left, right] = [a, b].map((name) => name.match(/\d+|\D+/g) ?? []);
  for (let at = 0; at < Math.min(left?.length ?? 0, right?.length ?? 0); at++) {
    const [x = '', y = ''] = [left?.[at], right?.[at]];
    if (x === y) continue;
    const numbers = /^\d/.test(x) && /^\d/.test(y) && Number(x) !== Number(y);
    return numbers ? Number(x) - Number(y) : x < y ? -1 : 1;
  }
  return (left?.length ?? 0) - (right?.length ?? 0);
}
