/**
 * A timestamp as PostgreSQL writes it in UTC, "2026-11-29 05:16:36.91229+00", in the form of the API: "2026-11-29T05:16:36.912Z".
 * Text to text: making a Date of each on the way costs a tenth of all the work of a request.
 */
export function instantOf(text: string): string {
  const fraction = text[19] === '.' ? text.slice(20, text.indexOf('+', 20)) : '';
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
}
