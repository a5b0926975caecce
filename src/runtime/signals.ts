import { constants } from 'node:os';
import { EngineError } from '../base/index.ts';

const realTimeMin = 34;

/** The number of a signal as Docker takes it: `SIGTERM`, `term`, `15`, `RTMIN+3`. INVALID_ARGUMENT with Docker's text otherwise. */
export function signalNumber(signal: string | number): number {
  const text = String(signal).trim();
  if (/^\d+$/.test(text)) {
    const number = Number(text);
    if (number > 0 && number <= 64) return number;
    throw invalid(text);
  }
  const name = text.toUpperCase().replace(/^SIG/, '');
  const realTime = /^RT(MIN|MAX)(?:([+-])(\d{1,2}))?$/.exec(name);
  if (realTime !== null) return realTimeNumber(realTime, text);
  const number = (constants.signals as Record<string, number>)[`SIG${name === 'CLD' ? 'CHLD' : name}`];
  if (number === undefined) throw invalid(text);
  return number;
}

function realTimeNumber(match: RegExpExecArray, text: string): number {
  const offset = Number(match[3] ?? 0) * (match[2] === '-' ? -1 : 1);
  const number = (match[1] === 'MIN' ? realTimeMin : 64) + offset;
  if (number < realTimeMin || number > 64) throw invalid(text);
  return number;
}

function invalid(text: string): EngineError {
  return new EngineError('INVALID_ARGUMENT', `invalid signal: ${text}`);
}
