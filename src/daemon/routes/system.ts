import { parseFilters } from '../../api/index.ts';
import type { AuthConfig } from '../../api/index.ts';
import { EngineError } from '../../base/index.ts';
import type { Builder } from '../../builder/index.ts';
import { diskUsage, systemInfo, systemVersion } from '../../engine/index.ts';
import type { EngineContext } from '../../engine/index.ts';
import type { EventQuery } from '../../events/index.ts';
import type { Call } from '../http/call.ts';
import { json, jsonStream, text } from '../http/reply.ts';
import type { Reply } from '../http/reply.ts';
import { route } from '../http/router.ts';
import type { Route } from '../http/router.ts';
import { shapeDiskUsage, shapeInfo } from '../shape/system.ts';

/** `/_ping`, `/version`, `/info`, `/events`, `/system/df` and `/auth`. */
export function systemRoutes(engine: EngineContext, builder: Builder): Route[] {
  return [
    route('GET', '/_ping', () => ping()),
    route('GET', '/version', () => json(systemVersion(engine))),
    route('GET', '/info', (call) => json(shapeInfo(systemInfo(engine), call.version))),
    route('GET', '/events', (call) => events(engine, call)),
    route('GET', '/system/df', async (call) =>
      json(shapeDiskUsage(await diskUsage({ ...engine, buildCache: () => builder.usage() }, call.query.all('type')), call.version)),
    ),
    route('POST', '/auth', async (call) => json(await engine.images.checkAuth(await credentials(call)))),
  ];
}

async function credentials(call: Call): Promise<AuthConfig> {
  const given = (await call.json<AuthConfig>()) ?? {};
  for (const [name, value] of Object.entries(given))
    if (typeof value !== 'string')
      throw new EngineError('INVALID_ARGUMENT', `invalid JSON: json: cannot unmarshal ${typeof value} into Go struct field .${name} of type string`);
  const { serveraddress: address = '' } = given;
  if (address !== '' && !URL.canParse(/^https?:\/\//.test(address) ? address : `https://${address}`))
    throw new EngineError('INVALID_ARGUMENT', `invalid registry address: ${JSON.stringify(address)}`);
  return given;
}

function ping(): Reply {
  return text('OK', { 'Builder-Version': '1', 'Cache-Control': 'no-cache, no-store, must-revalidate', Pragma: 'no-cache', Swarm: 'inactive' });
}

function events(engine: EngineContext, call: Call): Reply {
  const { query } = call;
  const [since, until] = [eventTime(query.get('since')), eventTime(query.get('until'))];
  if (since !== undefined && until !== undefined && since > until)
    throw new EngineError('INVALID_ARGUMENT', `\`since\` time (${query.get('since')}) cannot be after \`until\` time (${query.get('until')})`);
  const filters = new Map(Object.entries(parseFilters(query.get('filters'))));
  const wanted: EventQuery = { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }), filters, signal: call.signal };
  return jsonStream(engine.events.subscribe(wanted));
}

/** Milliseconds of "1700000000.5" or RFC 3339. */
function eventTime(value: string | undefined): number | undefined {
  if (value === undefined || value === '') return undefined;
  if (/^-?\d{1,12}(?:\.\d+)?$/.test(value)) return Number(value) * 1000;
  const milliseconds = Date.parse(value);
  if (Number.isNaN(milliseconds)) throw new EngineError('INVALID_ARGUMENT', `strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`);
  return milliseconds;
}
