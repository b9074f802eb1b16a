/** TCP, as far as a service may know of it that only asks whether somebody answers. */
export interface TcpDialer {
  /**
   * Opens a connection and closes it again.
   *
   * @returns why there is none; rejects with E_CANCELLED when `signal` aborts
   */
  probe(address: TcpAddress, timeoutMs: number, signal: AbortSignal): Promise<string | undefined>;
}

export interface TcpAddress {
  readonly host: string;
  readonly port: number;
}
