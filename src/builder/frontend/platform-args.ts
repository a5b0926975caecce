import { formatPlatform } from '../../oci/index.ts';
import type { Platform } from '../../oci/index.ts';

/** The predefined arguments that describe what is built where. Source: Dockerfile reference, automatic platform ARGs in the global scope. */
export function platformArgs(build: Platform, target: Platform, stage: string): Readonly<Record<string, string>> {
  return {
    BUILDPLATFORM: formatPlatform(build),
    BUILDOS: build.os,
    BUILDARCH: build.architecture,
    BUILDVARIANT: build.variant ?? '',
    TARGETPLATFORM: formatPlatform(target),
    TARGETOS: target.os,
    TARGETARCH: target.architecture,
    TARGETVARIANT: target.variant ?? '',
    TARGETSTAGE: stage,
  };
}
