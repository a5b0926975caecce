import { EngineError } from '../base/index.ts';
import type { Platform } from './types.ts';

const architectures: Readonly<Record<string, string>> = {
  x64: 'amd64',
  arm64: 'arm64',
  arm: 'arm',
  ia32: '386',
  ppc64: 'ppc64le',
  s390x: 's390x',
  riscv64: 'riscv64',
  loong64: 'loong64',
};
const spellings: Readonly<Record<string, string>> = { x86_64: 'amd64', 'x86-64': 'amd64', aarch64: 'arm64', armhf: 'arm', armel: 'arm', i386: '386' };

/** The platform of this machine: {os: "linux", architecture: "amd64"}. */
export function hostPlatform(): Platform {
  return { os: 'linux', architecture: architectures[process.arch] ?? process.arch, ...(process.arch === 'arm' && { variant: 'v7' }) };
}

/** Reads "linux/arm64/v8", "linux/amd64" or "arm64"; the machine's own os is meant where it is left out. Throws INVALID_ARGUMENT. */
export function parsePlatform(text: string): Platform {
  const parts = text.toLowerCase().split('/');
  const bad = parts.length > 3 || parts.some((part) => !/^[a-z0-9_.-]+$/.test(part));
  if (bad) throw new EngineError('INVALID_ARGUMENT', `"${text}": invalid platform specifier: platform specifier component must match "^[A-Za-z0-9_.-]+$"`);
  const [first = '', second, variant] = parts;
  if (second === undefined) return first === 'linux' ? hostPlatform() : normalised({ os: 'linux', architecture: first });
  return normalised({ os: first, architecture: second, ...(variant !== undefined && { variant }) });
}

/** "linux/arm64/v8"; "" is left out. */
export function formatPlatform({ os, architecture, variant }: Platform): string {
  return [os, architecture, variant].filter(Boolean).join('/');
}

/** True where an image for `offered` is what `wanted` asks for. arm64 without a variant is v8, arm without one v7. */
export function platformMatches(wanted: Platform, offered: Platform): boolean {
  const [a, b] = [normalised(wanted), normalised(offered)];
  return a.os === b.os && a.architecture === b.architecture && (a.variant ?? '') === (b.variant ?? '');
}

function normalised(platform: Platform): Platform {
  const architecture = spellings[platform.architecture] ?? platform.architecture;
  const { variant: given, ...rest } = platform;
  const variant = architecture === 'arm64' && given === 'v8' ? undefined : architecture === 'arm' ? (given ?? 'v7') : given;
  return { ...rest, architecture, ...(variant && { variant }) };
}
