/** True when an address lies in a subnet such as "10.5.0.0/16" or "fd00::/64". */
export function inSubnet(address: string, subnet: string): boolean {
  const [base = '', length = ''] = subnet.split('/');
  const [a, b] = [bitsOf(address), bitsOf(base)];
  return a !== undefined && b !== undefined && a.length === b.length && a.slice(0, Number(length)) === b.slice(0, Number(length));
}

function bitsOf(address: string): string | undefined {
  const bytes = address.includes(':') ? sixteenBytes(address) : address.split('.').map(Number);
  if (!bytes || (bytes.length !== 4 && bytes.length !== 16) || bytes.some((byte) => !(byte >= 0 && byte < 256))) return undefined;
  return bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('');
}

function sixteenBytes(address: string): number[] | undefined {
  const [left = '', right] = address.split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const head = groups(left);
  const tail = groups(right ?? '');
  if (right === undefined && head.length !== 8) return undefined;
  const all = [...head, ...Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => '0'), ...tail];
  return all.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]);
}
