/** What brings a package from a server to a gateway and installs it there. */
import type { Peer } from "../measurement.ts";
import type { Fleet } from "./fleet.ts";

export interface InstallPeer extends Peer {
  readonly start: (setting: Setting) => Promise<RunningInstaller>;
}

export interface Setting {
  /** An empty folder. */
  readonly folder: string;
  readonly fleet: Fleet;
}

export interface RunningInstaller {
  /** Installs what the server has under this name. Resolves when it is installed and on the disk. */
  readonly install: (content: Content) => Promise<Installed>;
  /** Of the process that does it; undefined when there is none that outlives an install. */
  readonly pid: number | undefined;
  readonly stop: () => Promise<void>;
}

export interface Content {
  /** `<app>.v<version>.tar.gz` */
  readonly name: string;
  readonly sha256: string;
}

export interface Installed {
  readonly seconds: number;
  /** Its script ran over layers of the file system. */
  readonly overLayers: boolean;
}
