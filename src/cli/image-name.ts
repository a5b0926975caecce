/** "ubuntu" → "ubuntu:latest"; names with a tag or digest stay as they are. Hub names lose "docker.io/library/". */
export function familiarName(name: string): string {
  const short = name.replace(/^(index\.)?docker\.io\//, '').replace(/^library\//, '');
  return hasTagOrDigest(short) ? short : `${short}:latest`;
}

/** True when a reference names a tag or a digest: a colon behind the last slash, or an "@". */
export function hasTagOrDigest(name: string): boolean {
  return name.includes('@') || name.slice(name.lastIndexOf('/') + 1).includes(':');
}

/** "localhost:5000/app:v1" → repository and tag; a digest stands in place of the tag. */
export function splitReference(name: string): { repository: string; tag: string } {
  const at = name.indexOf('@');
  if (at >= 0) return { repository: name.slice(0, at).replace(/:[^/:]+$/, ''), tag: name.slice(at + 1) };
  const colon = name.lastIndexOf(':');
  return colon > name.lastIndexOf('/') ? { repository: name.slice(0, colon), tag: name.slice(colon + 1) } : { repository: name, tag: '' };
}

/** The registry that a reference goes to: "docker.io" for hub names, else the part before the first slash. */
export function registryOf(name: string): string {
  const first = name.split('/')[0] ?? '';
  const isHost = name.includes('/') && (first.includes('.') || first.includes(':') || first === 'localhost');
  return isHost && first !== 'index.docker.io' ? first : 'docker.io';
}

/** Why `name` is no reference, in Docker's words; undefined when it is one. */
export function referenceProblem(name: string): string | undefined {
  const { repository } = splitReference(name);
  const path = registryOf(name) === 'docker.io' ? repository.replace(/^(index\.)?docker\.io\//, '') : repository.slice(repository.indexOf('/') + 1);
  if (/^[a-f0-9]{64}$/.test(name)) return `invalid repository name (${name}), cannot specify 64-byte hexadecimal strings`;
  if (/[A-Z]/.test(path) && /^[A-Za-z0-9._/-]+$/.test(path))
    return `invalid reference format: repository name (${path.includes('/') || registryOf(name) !== 'docker.io' ? path : `library/${path}`}) must be lowercase`;
  return /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/.test(path) && tagIsFine(name)
    ? undefined
    : 'invalid reference format';
}

function tagIsFine(name: string): boolean {
  const { tag } = splitReference(name);
  if (name.includes('@')) return /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-f]{32,}$/.test(tag);
  return tag === '' ? !name.endsWith(':') : /^\w[\w.-]{0,127}$/.test(tag);
}
