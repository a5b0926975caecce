import { constants } from 'node:os';

import { EngineError } from '../../base/index.ts';

/** Refuses what is no signal: STOPSIGNAL takes a number or a name with or without SIG. */
export function checkSignal(text: string): void {
  if (/^\d+$/.test(text) ? Number(text) > 0 && Number(text) < 65 : isSignalName(text)) return;
  throw new EngineError('INVALID_ARGUMENT', `invalid signal: ${text}`);
}

function isSignalName(text: string): boolean {
  const name = text.toUpperCase().replace(/^(?!SIG)/, 'SIG');
  return Object.hasOwn(constants.signals, name) || /^SIGRTM(IN(\+([1-9]|1[0-5]))?|AX(-([1-9]|1[0-4]))?)$/.test(name);
}
