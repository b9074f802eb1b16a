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

/** Where the credentials are kept. `cert` and `key` go together. */
export interface TlsFiles {
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly passphrase?: string | undefined;
  readonly ca?: string | undefined;
}
