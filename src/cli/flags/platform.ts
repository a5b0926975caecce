/** "linux/arm64/v8" as the JSON that image endpoints take; undefined for ''. */
export function parsePlatform(text: string): string | undefined {
  if (text === '') return undefined;
  const [os = '', architecture = '', variant] = text.split('/');
  return JSON.stringify({ architecture, os, ...(variant ? { variant } : {}) });
}
