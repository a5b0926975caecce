/** Billionths of a CPU: "1.5" → 1_500_000_000. Takes decimals and fractions ("1/2"). Throws with Docker's words otherwise. */
export function parseCpus(text: string): number {
  const match = /^([+-]?\d*\.?\d*(?:e[+-]?\d+)?)(?:\/(\d+))?$/i.exec(text);
  const value = match?.[1] && /\d/.test(match[1]) ? Number(match[1]) / Number(match[2] ?? 1) : Number.NaN;
  if (!Number.isFinite(value)) throw new Error(`failed to parse ${text} as a rational number`);
  const nano = value * 1e9;
  if (Math.abs(nano - Math.round(nano)) > 1e-6) throw new Error('value is too precise');
  return Math.round(nano);
}
