import type { HealthConfig } from '../../api/index.ts';
import { type HealthcheckConfig, parseDuration } from '../../compose-file/index.ts';
import { compact } from './resources.ts';

/** A health check as the engine takes it; undefined leaves the image's. */
export function healthConfig(check: HealthcheckConfig | undefined): HealthConfig | undefined {
  if (!check) return undefined;
  if (check.disable === true) return { Test: ['NONE'] };
  const duration = (text: string | undefined): number | undefined => (text === undefined ? undefined : parseDuration(text));
  return compact({
    Test: check.test,
    Interval: duration(check.interval),
    Timeout: duration(check.timeout),
    StartPeriod: duration(check.start_period),
    StartInterval: duration(check.start_interval),
    Retries: check.retries,
  });
}
