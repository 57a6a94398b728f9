/** What holds for everybody who comes over TCP. */
export interface TcpLimits {
  /** For the head of a request to arrive, in milliseconds. */
  readonly headersMs: number;
  /** For a whole request to arrive, in milliseconds. */
  readonly requestMs: number;
  /** How often connections are looked at for these two, in milliseconds. */
  readonly lookEveryMs: number;
  /** Without a byte in either direction, in milliseconds: longer than the 300 s that an operation may wait. */
  readonly silentMs: number;
  /**
   * Between two requests of one connection, in milliseconds: longer than the 60 s after which proxies let go of it, so that no
   * request meets a connection that is being closed.
   */
  readonly keepAliveMs: number;
  /** Of all headers together, in bytes: what Node takes by default. */
  readonly headerBytes: number;
  readonly connections: number;
  /** Requests that one key has open at a time: calls that wait, and streams. */
  readonly openPerKey: number;
  /** Failed attempts of one address in a minute, after which only keys that were good before are looked at. */
  readonly failuresPerMinute: number;
  /** How often it is looked whether the keys behind open streams are still good, in milliseconds. */
  readonly recheckMs: number;
}

export const tcpLimits: TcpLimits = {
  headersMs: 10_000,
  requestMs: 30_000,
  lookEveryMs: 1_000,
  silentMs: 330_000,
  keepAliveMs: 65_000,
  headerBytes: 16 * 1024,
  connections: 512,
  openPerKey: 64,
  failuresPerMinute: 30,
  recheckMs: 60_000,
};
