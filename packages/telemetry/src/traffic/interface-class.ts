import { join } from "node:path";
import type { Files } from "@gateway-engine/core/files";
import type { InterfaceClass } from "@gateway-engine/protocol/local-control";

export interface InterfaceClassDeps {
  readonly files: Pick<Files, "readText" | "stat">;
  /** The folder that plays `/` for what is read below `/sys`; `/` on a real machine. */
  readonly root: string;
}

/**
 * What an interface is for: as `/sys/class/net` tells it, and by its name for one that is gone.
 *
 * @see https://www.freedesktop.org/software/systemd/man/latest/systemd.net-naming-scheme.html
 */
export async function interfaceClass({ files, root }: InterfaceClassDeps, name: string): Promise<InterfaceClass> {
  const folder = join(root, "sys/class/net", name);
  const kind = /^DEVTYPE=(.*)$/m.exec((await files.readText(join(folder, "uevent"))) ?? "")?.[1];
  if (kind === "wwan") return "cellular";
  if (kind === "wlan" || (await files.stat(join(folder, "wireless"))) !== undefined) return "wifi";
  if ((await files.readText(join(folder, "type")))?.trim() === ARPHRD_PPP) return "cellular";
  return classByName(name);
}

const ARPHRD_PPP = "512";

export function classByName(name: string): InterfaceClass {
  return CLASSES.find(({ names }) => names.test(name))?.kind ?? "other";
}

const CLASSES: readonly { readonly kind: InterfaceClass; readonly names: RegExp }[] = [
  { kind: "loopback", names: /^lo$/ },
  { kind: "cellular", names: /^(ppp|wwan|wwp|ww[a-z]|rmnet|ccmni|cdc-wdm)/ },
  { kind: "wifi", names: /^(wl|ath|ra\d|mlan)/ },
  { kind: "ethernet", names: /^(eth|en|usb|end|lan\d)/ },
];
