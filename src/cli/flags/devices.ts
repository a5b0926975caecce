import type { DeviceMapping, DeviceRequest, ThrottleDevice, Ulimit, WeightDevice } from '../../api/index.ts';
import { splitComma } from '../parse/split-comma.ts';
import { parseBytes } from './bytes.ts';
import { splitPair } from './key-values.ts';

/** "/dev/x[:/dev/y][:rwm]". Throws with Docker's words. */
export function parseDevice(spec: string): DeviceMapping {
  const parts = spec.split(':');
  const [onHost = '', second = '', third = ''] = parts;
  if (onHost === '') throw new Error(`invalid device specification: ${spec}`);
  if (parts.length > 3 || (parts.length === 3 && !isMode(third))) throw new Error(`bad format for path: ${spec}`);
  const mode = third || (isMode(second) ? second : 'rwm');
  const inside = second === '' || (parts.length === 2 && isMode(second)) ? onHost : second;
  if (!inside.startsWith('/')) throw new Error(`${inside} is not an absolute path`);
  return { PathOnHost: onHost, PathInContainer: inside, CgroupPermissions: mode };
}

function isMode(text: string): boolean {
  return /^(?!.*(.).*\1)[rwm]{1,3}$/.test(text);
}

/** True for a device of a CDI specification: "vendor.com/class=name". */
export function isCdiDevice(spec: string): boolean {
  return /^[a-z][\w.-]*\/[a-z][\w.-]*=[\w.:-]+$/i.test(spec);
}

/** --gpus: "all", "2", "device=0,1", "driver=x". */
export function parseGpus(spec: string): DeviceRequest {
  const fields = new Map<string, string>();
  for (const part of splitComma(spec)) {
    const [key, value] = part.includes('=') ? splitPair(part) : ['count', part];
    fields.set(key, value);
  }
  const ids = fields.get('device');
  const count = fields.get('count') ?? (ids === undefined ? '1' : '0');
  return {
    Driver: fields.get('driver') ?? '',
    Count: count === 'all' ? -1 : Number(count),
    DeviceIDs: ids === undefined ? null : ids.split(','),
    Capabilities: [[...(fields.get('capabilities')?.split(',') ?? []), 'gpu'].filter((one, at, all) => all.indexOf(one) === at)],
    Options: {},
  };
}

/** "/dev/sda:1mb" of --device-read-bps and its kin. */
export function parseThrottle(spec: string): ThrottleDevice {
  const [path = '', rate = ''] = spec.split(':');
  return { Path: path, Rate: /^\d+$/.test(rate) ? Number(rate) : parseBytes(rate) };
}

/** "/dev/sda:200" of --blkio-weight-device. */
export function parseWeightDevice(spec: string): WeightDevice {
  const [path = '', weight = ''] = spec.split(':');
  return { Path: path, Weight: Number(weight) };
}

/** "nofile=1024:2048" of --ulimit. */
export function parseUlimit(spec: string): Ulimit {
  const [name, limits] = splitPair(spec);
  const [soft = '', hard = soft] = limits.split(':');
  return { Name: name, Hard: Number(hard), Soft: Number(soft) };
}
