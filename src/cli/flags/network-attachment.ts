import type { EndpointSettings } from '../../api/index.ts';
import type { Flags } from '../parse/flags.ts';
import { keyValues, splitPair } from './key-values.ts';

type Endpoint = Partial<EndpointSettings>;

/** One --network value: "NAME" or "name=NAME,alias=a,ip=…". */
interface Attachment {
  name: string;
  aliases: string[];
  ip: string;
  ip6: string;
  mac: string;
  linkLocal: string[];
  links: string[];
  driverOpts: string[];
  priority: number;
}

/** The networks that run and create join, and the mode that the first one names. Throws with Docker's words. */
export function parseNetworks(flags: Flags): { mode: string; endpoints: Record<string, Endpoint> } {
  const attachments = [...flags.list('network'), ...flags.list('net')].map(parseAttachment);
  const first = attachments[0] ?? (attachments[0] = parseAttachment('default'));
  applyFlags(first, flags);
  const endpoints: Record<string, Endpoint> = {};
  for (const one of attachments) {
    if (endpoints[one.name]) throw new Error(`network ${JSON.stringify(one.name)} is specified multiple times`);
    endpoints[one.name] = endpointOf(one);
  }
  if (attachments.some((one) => isUserDefined(one.name)) && attachments.some((one) => !isUserDefined(one.name))) {
    throw new Error('conflicting options: cannot attach both user-defined and non-user-defined network-modes');
  }
  return { mode: first.name, endpoints };
}

function parseAttachment(text: string): Attachment {
  const attachment: Attachment = { name: text, aliases: [], ip: '', ip6: '', mac: '', linkLocal: [], links: [], driverOpts: [], priority: 0 };
  if (!text.includes('=')) return attachment;
  attachment.name = '';
  for (const field of text.split(',')) {
    const [key, value] = splitPair(field);
    applyField(attachment, key.trim().toLowerCase(), value.trim());
  }
  return attachment;
}

function applyField(attachment: Attachment, key: string, value: string): void {
  switch (key) {
    case 'name':
      attachment.name = value;
      return;
    case 'alias':
      attachment.aliases.push(value);
      return;
    case 'ip':
      attachment.ip = value;
      return;
    case 'ip6':
      attachment.ip6 = value;
      return;
    case 'mac-address':
      attachment.mac = checkedMac(value);
      return;
    case 'link-local-ip':
      attachment.linkLocal.push(value);
      return;
    case 'driver-opt':
      attachment.driverOpts.push(value);
      return;
    default:
      attachment.priority = Number(value);
  }
}

/** The older flags say something about the first network. */
function applyFlags(first: Attachment, flags: Flags): void {
  const conflict = (flag: string, what: string): Error => new Error(`conflicting options: cannot specify both --${flag} and per-network ${what}`);
  const aliases = [...flags.list('network-alias'), ...flags.list('net-alias')];
  if (aliases.length > 0 && first.aliases.length > 0) throw conflict('network-alias', 'alias');
  if (flags.string('ip') && first.ip) throw conflict('ip', 'IPv4 address');
  if (flags.string('ip6') && first.ip6) throw conflict('ip6', 'IPv6 address');
  if (flags.string('mac-address') && first.mac) throw conflict('mac-address', 'MAC address');
  if (flags.list('link-local-ip').length > 0 && first.linkLocal.length > 0) throw conflict('link-local-ip', 'link-local IP addresses');
  first.aliases.push(...aliases);
  first.ip ||= flags.string('ip');
  first.ip6 ||= flags.string('ip6');
  first.mac ||= flags.string('mac-address') && checkedMac(flags.string('mac-address'));
  first.linkLocal.push(...flags.list('link-local-ip'));
  if (isUserDefined(first.name)) first.links.push(...flags.list('link'));
}

function endpointOf({ name, aliases, ip, ip6, mac, linkLocal, links, driverOpts, priority }: Attachment): Endpoint {
  if (name.trim() === '') throw new Error('no name set for network');
  if (!isUserDefined(name) && aliases.length > 0) throw new Error('network-scoped aliases are only supported for user-defined networks');
  const ipam = {
    ...(ip ? { IPv4Address: ip } : {}),
    ...(ip6 ? { IPv6Address: ip6 } : {}),
    ...(linkLocal.length > 0 ? { LinkLocalIPs: linkLocal } : {}),
  };
  return {
    ...(Object.keys(ipam).length > 0 ? { IPAMConfig: ipam } : {}),
    ...(aliases.length > 0 ? { Aliases: aliases } : {}),
    ...(links.length > 0 ? { Links: links } : {}),
    ...(mac ? { MacAddress: mac } : {}),
    ...(driverOpts.length > 0 ? { DriverOpts: keyValues(driverOpts) } : {}),
    ...(priority === 0 ? {} : { GwPriority: priority }),
  };
}

function checkedMac(text: string): string {
  if (!/^[\da-f]{2}([:-])(?:[\da-f]{2}\1){4}[\da-f]{2}$/i.test(text)) throw new Error(`${text} is not a valid mac address`);
  return text;
}

/** True for a network that has a name of its own: not default, bridge, host, none or another container's. */
export function isUserDefined(mode: string): boolean {
  return !['default', 'bridge', 'host', 'none', 'nat'].includes(mode) && !mode.startsWith('container:');
}
