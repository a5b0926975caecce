import { randomInt } from 'node:crypto';

const left = ['amber', 'brave', 'calm', 'clever', 'cosy', 'daring', 'eager', 'early', 'fair', 'fleet', 'gentle', 'golden', 'happy', 'hardy', 'honest', 'jolly', 'keen', 'kind', 'lively', 'lucid', 'mellow', 'merry', 'modest', 'nimble', 'noble', 'patient', 'plucky', 'proud', 'quiet', 'quick', 'ready', 'rosy', 'sandy', 'serene', 'sharp', 'silent', 'smooth', 'snug', 'solid', 'steady', 'sturdy', 'sunny', 'swift', 'tender', 'tidy', 'trusty', 'vivid', 'warm', 'wise', 'witty']; // prettier-ignore
const right = ['anchor', 'barge', 'beacon', 'bow', 'brig', 'buoy', 'cabin', 'canoe', 'capstan', 'clipper', 'coble', 'compass', 'cutter', 'deck', 'dinghy', 'dory', 'ferry', 'fender', 'flag', 'frigate', 'galley', 'gig', 'halyard', 'harbour', 'hawser', 'helm', 'hull', 'jetty', 'keel', 'ketch', 'lantern', 'lugger', 'mast', 'mooring', 'oar', 'pennant', 'pier', 'pilot', 'pinnace', 'punt', 'quay', 'rigging', 'rudder', 'sail', 'schooner', 'skiff', 'sloop', 'spar', 'tender', 'tiller', 'tug', 'wharf', 'yawl']; // prettier-ignore

/** A name for a container that was given none: "calm_skiff", with digits once the plain one is taken. */
export function randomName(isTaken: (name: string) => boolean): string {
  for (let attempt = 0; ; attempt++) {
    const name = `${pick(left)}_${pick(right)}${attempt < 3 ? '' : randomInt(10 ** Math.min(attempt - 1, 9))}`;
    if (!isTaken(name)) return name;
  }
}

function pick(words: readonly string[]): string {
  return words[randomInt(words.length)] ?? '';
}
