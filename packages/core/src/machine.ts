/** What a service may ask of the machine it runs on, besides its files. */
export interface Machine {
  /** The processor architecture as `uname -m` prints it, for example `x86_64` or `aarch64`. */
  architecture(): string;
  networkInterfaces(): readonly NetworkInterface[];
  /** @returns undefined when the file system at `path` cannot be asked */
  fileSystemUsage(path: string): Promise<FileSystemUsage | undefined>;
}

/** A network interface other than loopback. */
export interface NetworkInterface {
  readonly name: string;
  /** Upper case with colons, `00:2F:AC:43:55:A0`; empty when it has none, as a VPN tunnel. */
  readonly mac: string;
  /** Each with the length of its prefix, `192.168.1.5/24`; empty while the interface is down. */
  readonly addresses: readonly string[];
}

/** Sizes in bytes. */
export interface FileSystemUsage {
  readonly total: number;
  /** Not used by any file; a part may be kept for root. */
  readonly free: number;
  /** What an ordinary user may still write. */
  readonly available: number;
}
