import type { IncomingMessage } from 'node:http';
import {
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  validateHostHeader,
  validateOriginHeader,
} from '@modelcontextprotocol/server';
import { InterlockError } from '../../kernel/errors.ts';

/** Names and addresses that mean any address of this machine, and so name none. */
const anyAddress: readonly string[] = ['0.0.0.0', '::'];

/** Which hosts a request may be meant for, and which pages it may come from. */
export interface WhoMayAsk {
  /**
   * A page in a browser reaches every address of this machine, under any name that its site resolves to it. So a request
   * must name a host that is known here, and one that a page makes must come from a page that is known here.
   * @throws InterlockError `bad_request`, `host_not_allowed` or `origin_not_allowed`
   */
  check(request: IncomingMessage): void;
}

/** @param listensOn the address that is listened on. @param hosts further names of this host. @param origins hosts of pages. */
export function createWhoMayAsk(
  listensOn: string,
  hosts: readonly string[],
  origins: readonly string[],
): WhoMayAsk {
  const own = anyAddress.includes(listensOn) ? [] : [inHeader(listensOn.toLowerCase())];
  const knownHosts = [...new Set([...localhostAllowedHostnames(), ...own, ...hosts.map(inHeader)])];
  const knownOrigins = [...new Set([...localhostAllowedOrigins(), ...origins.map(inHeader)])];
  return {
    check(request) {
      const named = request.rawHeaders.filter((text, index) => index % 2 === 0 && /^host$/i.test(text));
      if (named.length !== 1) {
        throw new InterlockError('bad_request', 'host: the request names no host, or more than one.', {
          next: 'Send one Host header.',
        });
      }
      if (!validateHostHeader(request.headers.host, knownHosts).ok) {
        throw new InterlockError('host_not_allowed', 'host: that name is not one of this server.', {
          next: 'Call it by the name it is known by, or add the name: serve --allow-host, INTERLOCK_HTTP_HOSTS.',
          params: { host: String(request.headers.host).slice(0, 200) },
        });
      }
      if (!validateOriginHeader(request.headers.origin, knownOrigins).ok) {
        throw new InterlockError('origin_not_allowed', 'origin: pages of that site are not let in.', {
          next: 'Call from a program, or add the host of the site: serve --allow-origin, INTERLOCK_HTTP_ORIGINS.',
          params: { origin: String(request.headers.origin).slice(0, 200) },
        });
      }
    },
  };
}

/** As it stands in a header: an address of IPv6 in brackets. */
function inHeader(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
