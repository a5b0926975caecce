import { GoNil, GoTime } from './values.ts';

/** Names under which Docker's objects hold maps, not structs: they print as map[…] and miss keys without complaint. */
const MAPS = new Set([
  'Annotations', 'AuxiliaryAddresses', 'AuxAddress', 'BuildInfo', 'Containers', 'Data', 'Details', 'DriverOpts', 'ExposedPorts', 'Labels', 'LogOpts', 'Metadata', 'Endpoints', 'TLSMaterial',
  'Networks', 'Options', 'PortBindings', 'Ports', 'StorageOpt', 'Sysctls', 'Tmpfs', 'UsageData', 'Volumes', 'Attributes', 'Runtimes', 'IndexConfigs',
]); // prettier-ignore

/** Names under which Docker's objects hold a pointer, nil where the JSON says null or leaves the key out. */
const POINTERS = new Set([
  'Health',
  'Healthcheck',
  'IPAMConfig',
  'Init',
  'MemorySwappiness',
  'OomKillDisable',
  'PidsLimit',
  'Platform',
  'SizeRootFs',
  'SizeRw',
  'StopTimeout',
  'UsageData',
]);

/** Keys that the engine leaves out when they are empty, and what Docker's objects hold then. */
const OMITTED: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ...[...POINTERS].map((name) => [name, new GoNil('pointer')] as const),
  ...['Annotations', 'ExposedPorts', 'StorageOpt', 'Sysctls', 'Tmpfs'].map((name) => [name, new GoNil('map')] as const),
  ...['Mounts', 'OnBuild', 'Shell'].map((name) => [name, new GoNil('slice')] as const),
  ...['MacAddress', 'StopSignal', 'Variant', 'OsVersion'].map((name) => [name, ''] as const),
  ...['NetworkDisabled', 'ArgsEscaped'].map((name) => [name, false] as const),
]);

/** What a key holds that the JSON left out; undefined when there is no such key at all. */
export function omittedValue(name: string): unknown {
  return OMITTED.get(name);
}

function nilOf(name: string): unknown {
  return new GoNil(MAPS.has(name) ? 'map' : POINTERS.has(name) ? 'pointer' : 'slice');
}

/** Values of these names are times in Go's objects, not texts, where the caller says so. */
export interface GoValueOptions {
  readonly times?: readonly string[];
}

/** Turns parsed JSON into what templates work on: maps where Docker has maps, plain objects where it has structs. */
export function goValues(value: unknown, options: GoValueOptions = {}): unknown {
  return convert(value, '', '', options);
}

function convert(value: unknown, name: string, parent: string, options: GoValueOptions): unknown {
  if (Array.isArray(value)) return value.map((one) => convert(one, '', '', options));
  if (typeof value === 'string' && options.times?.includes(name)) return new GoTime(value);
  if (value === null) return nilOf(name);
  if (typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([key, one]) => [key, convert(one, key, name, options)] as const);
  const isMap = MAPS.has(name) || (name === 'Config' && parent === 'LogConfig');
  return isMap ? new Map(entries) : Object.fromEntries(entries);
}
