import { networkInterfaces } from 'node:os';

/** From where a published port can be reached, by the address it is bound to: "this machine", "this network" or "the world". */
export function reachOf(ip: string): 'this machine' | 'this network' | 'the world' {
  if (/^(127\.|::1$|localhost$)/.test(ip)) return 'this machine';
  if (ip === '' || ip === '0.0.0.0' || ip === '::') return hasPublicAddress() ? 'the world' : 'this network';
  return isPrivate(ip) ? 'this network' : 'the world';
}

function hasPublicAddress(): boolean {
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address, internal }) => !internal && !isPrivate(address)));
}

function isPrivate(ip: string): boolean {
  return /^(10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|127\.|f[cd]|fe[89ab]|::1$)/i.test(ip);
}
