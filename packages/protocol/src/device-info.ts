/**
 * Alias `device_info`: what the gateway is, how full it is and what is connected to it, as one JSON text.
 *
 * The first four are as the tools of those names print them. Of the others, what the kernel does not tell is left out, and
 * named in `gaps` when a gateway should have it.
 *
 * @see docs/reference/aliases.md#device_info
 */
export interface DeviceInfo {
  readonly uname: string;
  readonly df: string;
  readonly free: string;
  /** Each network interface with its addresses. */
  readonly ipaddrs: string;
  /** The kernel's release, `6.1.21-v7+`. */
  readonly kernel?: string;
  /** As `uname -m` prints it. */
  readonly architecture: string;
  /** Version of the engine. */
  readonly build: string;
  readonly hostname?: string;
  readonly os?: OperatingSystem;
  readonly boot?: BootInfo;
  readonly clock: ClockInfo;
  /** Sensor to degrees Celsius. */
  readonly temperature?: Readonly<Record<string, number>>;
  /** Disk, as the kernel names it. */
  readonly storage?: Readonly<Record<string, StorageInfo>>;
  readonly hardware?: HardwareInfo;
  /** What could not be read, and why: `temperature: no sensor`. */
  readonly gaps?: readonly string[];
}

/** From os-release(5). */
export interface OperatingSystem {
  /** `debian` */
  readonly id?: string;
  /** `12` */
  readonly version?: string;
  /** `Debian GNU/Linux 12 (bookworm)` */
  readonly name?: string;
}

export interface BootInfo {
  readonly id?: string;
  /** Seconds since 1970. A second more or less says nothing: it is worked out anew when the clock is set. */
  readonly since?: number;
  /** `watchdog timeout`, `kernel panic`, `regular power-up`, ... */
  readonly reason?: string;
}

export interface ClockInfo {
  readonly synchronised?: boolean;
  /** Driver of the clock that goes on without power; false: there is none. */
  readonly rtc: string | false;
}

export interface StorageInfo {
  readonly kind?: "eMMC" | "SD" | "UBI";
  /** What its maker calls it. */
  readonly name?: string;
  readonly bytes?: number;
  /** Percent of its life that is used up at most, in tens; 110 when it has outlived it. */
  readonly life_used?: number;
  /** Of an eMMC's reserved blocks 80 % (`warning`) or 90 % (`urgent`) are used. */
  readonly reserve?: "warning" | "urgent";
  /** How often the most used block of raw flash was erased. */
  readonly erases?: number;
  readonly bad_blocks?: number;
}

export interface HardwareInfo {
  /** What the maker calls the machine. */
  readonly board?: string;
  readonly usb?: readonly UsbDevice[];
  /** Serial port to its driver; empty when that is unknown. */
  readonly serial?: Readonly<Record<string, string>>;
  /** Bus (`i2c-1`) or chip on it (`1-0068`) to its name. */
  readonly i2c?: Readonly<Record<string, string>>;
  /** Adapter to its driver. */
  readonly bluetooth?: Readonly<Record<string, string>>;
  /** Network interface or control port of a modem to its driver. */
  readonly modem?: Readonly<Record<string, string>>;
  /** What applications say of the hardware that they look after. */
  readonly apps?: Readonly<Record<string, unknown>>;
}

export interface UsbDevice {
  /** Where it is plugged in: bus, dash, ports from the root, `1-1.4`. */
  readonly port: string;
  /** Vendor and product, `0403:6001`. */
  readonly id: string;
  /** What it calls itself. */
  readonly name?: string;
}
