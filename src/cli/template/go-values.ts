/** Names under which Docker's objects hold maps, not structs: they print as map[…] and miss keys without complaint. */
const MAPS = new Set([
  'Annotations', 'AuxiliaryAddresses', 'AuxAddress', 'BuildInfo', 'Containers', 'Data', 'Details', 'DriverOpts', 'ExposedPorts', 'Labels', 'LogOpts', 'Metadata', 'Endpoints', 'TLSMaterial',
  'Networks', 'Options', 'PortBindings', 'Ports', 'StorageOpt', 'Sysctls', 'Tmpfs', 'UsageData', 'Volumes', 'Attributes', 'Runtimes', 'IndexConfigs',
]); // prettier-ignore

/** Turns parsed JSON into what templates work on: maps where Docker has maps, plain objects where it has structs. */
export function goValues(value: unknown, name = '', parent = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => goValues(one));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, goValues(one, key, name)] as const);
  const isMap = MAPS.has(name) || (name === 'Config' && parent === 'LogConfig');
  return isMap ? new Map(entries) : Object.fromEntries(entries);
}
