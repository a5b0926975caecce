import { isAbsolute, normalize } from 'node:path';
import { EngineError } from '../base/index.ts';

/** "source:target:options" taken apart. */
export interface BindSpec {
  readonly kind: 'bind' | 'volume';
  /** Host path, volume name, or '' for a new anonymous volume. */
  readonly source: string;
  readonly target: string;
  /** The options as written. */
  readonly mode: string;
  readonly readOnly: boolean;
  readonly propagation: string;
  readonly noCopy: boolean;
}

const propagations = ['private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave'];
const options = new Set(['rw', 'ro', 'z', 'Z', 'nocopy', 'consistent', 'cached', 'delegated', ...propagations]);

/** Reads one entry of HostConfig.Binds. INVALID_ARGUMENT with Docker's text. Source: moby volume/mounts/linux_parser.go. */
export function parseBind(text: string): BindSpec {
  const wrong = (reason = ''): EngineError => new EngineError('INVALID_ARGUMENT', `invalid volume specification: '${text}'${reason}`);
  const parts = text.split(':');
  if (parts.length > 3 || parts[0] === '' || (parts.length === 2 && isMode(parts[1] ?? ''))) throw wrong();
  const [source = '', target = '', mode = ''] = parts.length === 1 ? ['', parts[0]] : parts;
  const kind = isAbsolute(source) ? 'bind' : 'volume';
  if (parts.length === 3 && !isMode(mode)) throw new EngineError('INVALID_ARGUMENT', `invalid mode: ${mode}`);
  checkTarget(kind, target, (reason) => wrong(`: ${reason}`));
  return { kind, source: kind === 'bind' ? cleanPath(source) : source, target: cleanPath(target), mode, ...readMode(mode, kind) };
}

/** Reads "container[:mode]" of VolumesFrom. */
export function parseVolumesFrom(text: string): { container: string; mode: string } {
  const at = text.indexOf(':');
  const [container, mode] = at < 0 ? [text, 'rw'] : [text.slice(0, at), text.slice(at + 1)];
  if (container === '') throw new EngineError('INVALID_ARGUMENT', 'volumes-from specification cannot be an empty string');
  if (!isMode(mode)) throw new EngineError('INVALID_ARGUMENT', `invalid mode: ${mode}`);
  return { container, mode };
}

/** Refuses targets that are no place for a mount; `wrap` words the reason. */
export function checkTarget(kind: string, target: string, wrap: (reason: string) => EngineError): void {
  if (!isAbsolute(target)) throw wrap(`invalid mount config for type "${kind}": invalid mount path: '${target}' mount path must be absolute`);
  if (cleanPath(target) === '/') throw wrap(`invalid mount config for type "${kind}": invalid specification: destination can't be '/'`);
}

/** "/a/../b/" → "/b". */
export function cleanPath(path: string): string {
  return normalize(path).replace(/(.)\/$/, '$1');
}

function isMode(mode: string): boolean {
  const given = mode.split(',');
  const groups = [given.filter((option) => ['rw', 'ro'].includes(option)), given.filter((option) => propagations.includes(option))];
  return mode !== '' && given.every((option) => options.has(option)) && groups.every((group) => group.length < 2);
}

function readMode(mode: string, kind: 'bind' | 'volume'): Pick<BindSpec, 'readOnly' | 'propagation' | 'noCopy'> {
  const given = mode.split(',');
  const propagation = given.find((option) => propagations.includes(option));
  if (propagation !== undefined && kind === 'volume') throw new EngineError('INVALID_ARGUMENT', `invalid mode: ${mode}`);
  return { readOnly: given.includes('ro'), propagation: propagation ?? (kind === 'bind' ? 'rprivate' : ''), noCopy: given.includes('nocopy') };
}
