import { API_VERSION } from '../api/index.ts';

/** What this program says of itself. The build replaces commit and time. */
export const clientVersion = {
  version: '0.1.0',
  apiVersion: API_VERSION,
  commit: process.env['SLIPWAY_BUILD_COMMIT'] ?? 'source',
  built: process.env['SLIPWAY_BUILD_TIME'] ?? '',
};
