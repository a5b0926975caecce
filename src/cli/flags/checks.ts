import { parseBytes } from './bytes.ts';
import { isIP } from './ip.ts';
import { parseMount } from './mount.ts';
import { splitComma } from '../parse/split-comma.ts';

/** Each returns why a value is refused, in Docker's words, or undefined when it is fine. */
type Check = (value: string) => string | undefined;

/** --attach: one of the three streams. */
export const checkAttach: Check = (value) =>
  ['stdin', 'stdout', 'stderr'].includes(value.toLowerCase()) ? undefined : 'valid streams are STDIN, STDOUT and STDERR';

/** --label: a name must be there. */
export const checkLabel: Check = (value) => {
  const name = value.split('=')[0] ?? '';
  if (name === '') return value === '' ? 'empty label' : `invalid label '${value}': empty name`;
  return /\s/.test(name) ? `label '${name}' contains whitespaces` : undefined;
};

/** --add-host: "name:address" or "name=address". */
export const checkAddHost: Check = (value) => {
  const [, name, address] = /^([^=:]+)[=:](.*)$/s.exec(value) ?? [];
  if (!name || !address) return `bad format for add-host: ${JSON.stringify(value)}`;
  return address === 'host-gateway' || isIP(address.replace(/^\[(.*)\]$/, '$1')) ? undefined : `invalid IP address in add-host: ${JSON.stringify(address)}`;
};

/** --dns: an address. */
export const checkIp: Check = (value) => (isIP(value.trim()) ? undefined : `IP address is not correctly formatted: ${value}`);

/** --link: "name" or "name:alias". */
export const checkLink: Check = (value) => {
  if (value === '') return 'empty string specified for links';
  return value.split(':').length > 2 ? `bad format for links: ${value}` : undefined;
};

/** --sysctl: only settings that a namespace holds. */
export const checkSysctl: Check = (value) => {
  const name = value.split('=')[0] ?? '';
  const namespaced = [
    'kernel.msgmax',
    'kernel.msgmnb',
    'kernel.msgmni',
    'kernel.sem',
    'kernel.shmall',
    'kernel.shmmax',
    'kernel.shmmni',
    'kernel.shm_rmid_forced',
  ].includes(name);
  return value.includes('=') && (namespaced || /^(net\.|fs\.mqueue\.)/.test(name)) ? undefined : `sysctl '${value}' is not allowed`;
};

/** --ulimit: "name=soft[:hard]". */
export const checkUlimit: Check = (value) => {
  const [name, limits, ...more] = value.split('=');
  if (!name || limits === undefined || more.length > 0) return `invalid ulimit argument: ${value}`;
  if (!ULIMITS.has(name)) return `invalid ulimit type: ${name}`;
  const [soft = '', hard, ...rest] = limits.split(':');
  if (rest.length > 0) return `too many limit value arguments - ${limits}, can only have up to two, \`soft[:hard]\``;
  for (const one of [soft, hard ?? soft]) if (!/^-?\d+$/.test(one)) return `strconv.ParseInt: parsing ${JSON.stringify(one)}: invalid syntax`;
  if (hard !== undefined && Number(hard) !== -1 && (Number(soft) === -1 || Number(soft) > Number(hard)))
    return `ulimit soft limit must be less than or equal to hard limit: ${soft} > ${hard}`;
  return undefined;
};

const ULIMITS = new Set([
  'core',
  'cpu',
  'data',
  'fsize',
  'locks',
  'memlock',
  'msgqueue',
  'nice',
  'nofile',
  'nproc',
  'rss',
  'rtprio',
  'rttime',
  'sigpending',
  'stack',
]);

/** --device-cgroup-rule: "c 42:* rmw". */
export const checkDeviceCgroupRule: Check = (value) =>
  /^[acb] (\d+|\*):(\d+|\*) [rwm]{1,3}$/.test(value) ? undefined : `invalid device cgroup format '${value}'`;

/** --blkio-weight-device: "path:weight". */
export const checkBlkioDevice: Check = (value) => {
  const [path = '', weight, ...more] = value.split(':');
  if (path === '' || weight === undefined || more.length > 0) return `bad format: ${value}`;
  if (!path.startsWith('/dev/')) return `bad format for device path: ${value}`;
  const number = Number(weight);
  return weight === '0' || (Number.isInteger(number) && number >= 10 && number <= 1000) ? undefined : `invalid weight for device: ${value}`;
};

/** --device-read-bps and its kin: "path:rate". */
export function checkThrottle(kind: 'bps' | 'iops'): Check {
  return (value) => {
    const [path = '', rate, ...more] = value.split(':');
    if (path === '' || rate === undefined || more.length > 0) return `bad format: ${value}`;
    if (!path.startsWith('/dev/')) return `bad format for device path: ${value}`;
    const fine = kind === 'iops' ? /^\d+$/.test(rate) : isSize(rate);
    if (fine) return undefined;
    return kind === 'iops'
      ? `invalid rate for device: ${value}. The correct format is <device-path>:<number>. Number must be a positive integer`
      : `invalid rate for device: ${value}. The correct format is <device-path>:<number>[<unit>]. Number must be a positive integer. Unit is optional and can be kb, mb, or gb`;
  };
}

/** --gpus: "all", a number, or "device=0,1". */
export const checkGpus: Check = (value) => {
  for (const part of splitComma(value)) {
    const [key = '', setting] = part.split('=');
    const count = setting === undefined ? key : key === 'count' ? setting : undefined;
    if (count !== undefined && count !== 'all' && !/^-?\d+$/.test(count))
      return `invalid count (${count}): value must be either "all" or an integer: invalid syntax`;
    if (setting !== undefined && !['count', 'driver', 'device', 'capabilities', 'options'].includes(key)) return `unexpected key '${key}' in '${part}'`;
  }
  return undefined;
};

/** --mount: what parseMount takes. */
export const checkMount: Check = (value) => {
  try {
    parseMount(value);
    return undefined;
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
};

/** --network: in the long form every part is a known "key=value". */
export const checkNetwork: Check = (value) => {
  if (!value.includes('=')) return undefined;
  for (const part of value.split(',')) {
    const [key = '', setting] = part.split('=');
    if (setting === undefined) return `invalid field ${part}`;
    const name = key.trim().toLowerCase();
    if (!['name', 'alias', 'ip', 'ip6', 'mac-address', 'link-local-ip', 'driver-opt', 'gw-priority'].includes(name)) return `invalid field key ${name}`;
    if (name === 'gw-priority' && !/^-?\d+$/.test(setting)) return `invalid gw-priority (${setting}): invalid syntax`;
  }
  return undefined;
};

function isSize(text: string): boolean {
  try {
    return parseBytes(text) >= 0;
  } catch {
    // Not a size: the caller says so.
    return false;
  }
}
