/** What a client shows and trusts when it speaks TLS: PEM texts. */
export interface TlsCredentials {
  /** The client's certificate, with the intermediate ones behind it. */
  readonly cert?: string;
  /** The private key of `cert`. */
  readonly key?: string;
  /** Of an encrypted `key`. */
  readonly passphrase?: string;
  /** Trusted instead of the authorities that Node brings. */
  readonly ca?: string;
}
