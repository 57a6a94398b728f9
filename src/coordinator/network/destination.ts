import { isIPv6 } from 'node:net';

/** What an agent would connect to, in the one spelling in which rules are written and compared. */
export interface Destination {
  /** Lower case, ASCII (IDNs as punycode), without the dot of the root; an IPv6 address in brackets. */
  readonly host: string;
  /** Undefined where nothing says which: it may be any. */
  readonly port: number | undefined;
}

const portOfScheme: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  ws: 80,
  wss: 443,
  ftp: 21,
  ssh: 22,
  git: 9418,
};

/**
 * Reads an address, `host`, `host:port` or an IP literal. The host is what a browser would make of it (WHATWG URL):
 * 0x7f.1 is 127.0.0.1. Undefined where programs might disagree about which host is meant.
 */
export function destinationOf(text: string): Destination | undefined {
  const [, scheme, rest = ''] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/is.exec(text.trim()) ?? [];
  const [authority = ''] = rest.split(/[/?#]/, 1);
  const atHost = authority.slice(authority.lastIndexOf('@') + 1);
  // Some read a backslash as a slash and some as part of a name; more than one @ is a disguise.
  if (authority.includes('\\') || authority.split('@').length > 2) return undefined;
  const bracketed = isIPv6(atHost) ? `[${atHost}]` : atHost;
  const [, name, digits] = /^(\[[^\]]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(bracketed) ?? [];
  const host = name === undefined ? undefined : canonicalHost(name);
  const port = digits === undefined ? portOfScheme[scheme?.toLowerCase() ?? ''] : Number(digits);
  if (host === undefined || (port !== undefined && (port < 1 || port > 65_535))) return undefined;
  return { host, port };
}

/** The destination in words: `example.com`, `example.com:8443`. */
export function shownDestination({ host, port }: Destination): string {
  return port === undefined ? host : `${host}:${port}`;
}

/**
 * The host part of a rule: a host, `*.` and a host, or `*`. Undefined where it is none of these: a wildcard elsewhere
 * would not say what it seems to.
 */
export function patternOf(text: string): string | undefined {
  const given = text.trim();
  if (given === '*') return given;
  const isWild = given.startsWith('*.');
  const named = isWild ? given.slice(2) : given;
  const host = canonicalHost(isIPv6(named) ? `[${named}]` : named);
  if (host === undefined || (isWild && isAddress(host))) return undefined;
  return isWild ? `*.${host}` : host;
}

/** Whether the rule's pattern is about the host. `*.example.com` is not about `example.com`. */
export function covers(pattern: string, host: string): boolean {
  if (pattern === '*') return true;
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern;
}

/** True for this machine itself, which is no network. */
export function isLoopback(host: string): boolean {
  return (
    host === '[::1]' || host === 'localhost' || host.endsWith('.localhost') || /^127\.[\d.]+$/.test(host)
  );
}

/** What a host name is made of; a percent sign would be decoded into something else. */
const plainHost = /^(?:\[[^\]]+\]|[^\s\\/:?#@%<>^|*[\]]+)$/;

function canonicalHost(name: string): string | undefined {
  if (!plainHost.test(name) || !URL.canParse(`http://${name}/`)) return undefined;
  const { hostname, username } = new URL(`http://${name}/`);
  const host = unmapped(hostname.replace(/\.$/, ''));
  return username === '' && host !== '' && host.length <= 253 && /^[a-z0-9._-]+$|^\[[0-9a-f:]+\]$/.test(host)
    ? host
    : undefined;
}

/** An IPv4 address in the clothes of an IPv6 one reaches the IPv4 address. */
function unmapped(hostname: string): string {
  const [, high, low] = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(hostname) ?? [];
  if (high === undefined || low === undefined) return hostname;
  const bits = Number.parseInt(high, 16) * 65_536 + Number.parseInt(low, 16);
  return [24, 16, 8, 0].map(shift => Math.floor(bits / 2 ** shift) % 256).join('.');
}

function isAddress(host: string): boolean {
  return host.startsWith('[') || /^\d+(?:\.\d+){3}$/.test(host);
}
