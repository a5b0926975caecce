/** "1.23GB": a size in powers of 1000 with three (or `precision`) significant digits, as Docker prints images and layers. */
export function humanSize(bytes: number, precision = 4): string {
  return scaled(bytes, 1000, ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'], precision);
}

/** humanSize with three digits: what `images`, `history` and `ps -s` print. */
export function shortSize(bytes: number): string {
  return humanSize(bytes, 3);
}

/** "1.5GiB": a size in powers of 1024, as Docker prints memory. */
export function bytesSize(bytes: number): string {
  return scaled(bytes, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB'], 4);
}

function scaled(size: number, base: number, units: readonly string[], precision: number): string {
  let rest = size;
  let unit = 0;
  while (rest >= base && unit < units.length - 1) {
    rest /= base;
    unit++;
  }
  return significant(rest, precision) + (units[unit] ?? '');
}

/** Go's %.4g: so many significant digits, no trailing zeros. */
function significant(value: number, digits: number): string {
  if (value === 0) return '0';
  const text = value.toPrecision(digits);
  if (text.includes('e')) return Number(text) < 1e21 && Math.abs(Number(text)) >= 10 ** digits ? goExponent(value, digits) : String(Number(text));
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function goExponent(value: number, digits: number): string {
  const [mantissa = '0', exponent = '+0'] = value.toExponential(digits - 1).split('e');
  return `${mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa}e${exponent.charAt(0)}${exponent.slice(1).padStart(2, '0')}`;
}

/** "About a minute", "3 hours", "2 weeks": how long, for people. */
export function humanDuration(seconds: number): string {
  const whole = Math.trunc(seconds);
  if (whole < 1) return 'Less than a second';
  if (whole === 1) return '1 second';
  if (whole < 60) return `${whole} seconds`;
  const minutes = Math.trunc(whole / 60);
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return `${minutes} minutes`;
  const hours = Math.trunc(whole / 3600 + 0.5);
  if (hours === 1) return 'About an hour';
  if (hours < 48) return `${hours} hours`;
  if (hours < 24 * 7 * 2) return `${Math.trunc(hours / 24)} days`;
  if (hours < 24 * 30 * 2) return `${Math.trunc(hours / 24 / 7)} weeks`;
  if (hours < 24 * 365 * 2) return `${Math.trunc(hours / 24 / 30)} months`;
  return `${Math.trunc(whole / 3600 / 24 / 365)} years`;
}

/** humanDuration since a point in time (unix seconds) with "ago" behind it. */
export function ago(unixSeconds: number, now: number = Date.now() / 1000): string {
  return `${humanDuration(now - unixSeconds)} ago`;
}

/** The first `width` characters; cut ones end in "…". */
export function ellipsis(text: string, width: number): string {
  const letters = Array.from(text);
  if (letters.length <= width) return text;
  if (width <= 1) return letters.slice(0, width).join('');
  return `${letters.slice(0, width - 1).join('')}…`;
}

/** Go's time layout "2006-01-02 15:04:05 -0700 MST" in the local time zone. */
export function goTime(unixSeconds: number): string {
  const date = new Date(unixSeconds * 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const offset = -date.getTimezoneOffset();
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.trunc(Math.abs(offset) / 60))}${two(Math.abs(offset) % 60)}`;
  const name = offset === 0 ? 'UTC' : (date.toLocaleTimeString('en-US', { timeZoneName: 'short' }).split(' ').at(-1) ?? zone);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())} ${zone} ${name}`;
}
