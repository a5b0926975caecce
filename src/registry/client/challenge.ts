/** What a registry asks for in `WWW-Authenticate`. Source: distribution "Token Authentication Specification". */
export type Challenge = { readonly kind: 'basic' } | { readonly kind: 'bearer'; readonly realm: string; readonly service?: string; readonly scope?: string };

/** Reads the header; bearer goes before basic. Undefined where it asks for something else. */
export function parseChallenge(header: string | undefined): Challenge | undefined {
  const challenges = splitChallenges(header ?? '');
  const bearer = challenges.find(({ scheme }) => scheme === 'bearer')?.parameters;
  const realm = bearer?.get('realm');
  if (bearer && realm !== undefined) {
    const [service, scope] = [bearer.get('service'), bearer.get('scope')];
    return { kind: 'bearer', realm, ...(service !== undefined && { service }), ...(scope !== undefined && { scope }) };
  }
  return challenges.some(({ scheme }) => scheme === 'basic') ? { kind: 'basic' } : undefined;
}

function splitChallenges(header: string): { readonly scheme: string; readonly parameters: Map<string, string> }[] {
  const found: { readonly scheme: string; readonly parameters: Map<string, string> }[] = [];
  for (const [, scheme, name, quoted, plain] of header.matchAll(
    /(?:([A-Za-z]+)\s+)?([A-Za-z_]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))|\b(?:Basic|Negotiate)\b/g,
  )) {
    if (name === undefined) found.push({ scheme: 'basic', parameters: new Map() });
    else {
      if (scheme !== undefined) found.push({ scheme: scheme.toLowerCase(), parameters: new Map() });
      found.at(-1)?.parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '');
    }
  }
  return found;
}
