/**
 * Every option of `gwe`. The help text, the parser and the reference page (docs/reference/gwe.md) follow this table.
 */
import { LOG_LEVELS } from "@gateway-engine/core/logger";

export type OptionName =
  | "help"
  | "version"
  | "path"
  | "engineConf"
  | "gatewayCfg"
  | "gatewayCik"
  | "once"
  | "createBuildfile"
  | "buildAppTarball"
  | "installApps"
  | "cik"
  | "model"
  | "vendor"
  | "productId"
  | "uuid"
  | "iface"
  | "activationRetryInterval"
  | "debugLevel"
  | "updateInterval"
  | "userAgent"
  | "appName"
  | "appVersion"
  | "downloadLatest"
  | "checkBuildfile"
  | "checkTarball"
  | "buildApp"
  | "macAddress"
  | "server";

export interface OptionSpec {
  /** Two rows of one name are two spellings of one option. */
  readonly name: OptionName;
  /** As shown, short before long. */
  readonly flags: readonly string[];
  readonly takes: "nothing" | "one" | "several";
  /** Stands for the value in the help text. */
  readonly metavar?: string;
  readonly choices?: readonly string[];
  /** One string a line, as printed. */
  readonly help: readonly string[];
  /** Not in the original's help: listed after it, under a heading of its own. */
  readonly later?: true;
}

export const OPTIONS: readonly OptionSpec[] = [
  flag("help", ["-h", "--help"], "show this help message and exit"),
  flag("version", ["-v", "--version"], "Print the current GWE version."),
  flag("path", ["-p", "--path"], "Print the installation path to GWE python package."),
  flag("engineConf", ["-e", "--engine-conf"], "Print the contents of the Engine.config file."),
  flag("gatewayCfg", ["-g", "--gateway-cfg"], "Print the contents of the Gateway.cfg file."),
  flag("gatewayCik", ["-C", "--gateway-cik"], "Print the GWE cik."),
  flag("once", ["-o", "--once"], "Do not continuously run GWE. Run once and exit."),
  flag("createBuildfile", ["-x", "--create-buildfile"], "Create buildfile."),
  flag("buildAppTarball", ["-y", "--build-app-tarball"], "Build application tarball."),
  {
    name: "installApps",
    flags: ["-I", "--install-apps"],
    takes: "several",
    metavar: "APP_TARBALL",
    help: ["Provide the path to a tarball or a list of paths to tarballs to install."],
  },
  valued("cik", ["-c", "--set-cik"], "CIK", ["Set the GWE cik with provided value."]),
  valued("model", ["-m", "--set-model"], "MODEL", ["Set the GWE model with provided value."]),
  valued("vendor", ["-r", "--set-vendor"], "VENDOR", ["Set the GWE vendor with provided value."]),
  valued("productId", ["-P", "--set-product-id"], "PRODUCT_ID", [
    "Configure GWE with your Murano Product ID with provided value.",
  ]),
  valued("uuid", ["-u", "--set-uuid"], "UUID", ["Set the GWE uuid/serial-number with provided value."]),
  valued("iface", ["-i", "--set-iface"], "IFACE", [
    "Set the hardware interface (e.g. eth0, wlan0, ppp0, etc.)",
    "for GWE to use to get a MAC address as its ",
    "uuid/serial-number.",
  ]),
  valued("activationRetryInterval", ["-l", "--set-act-retry-interval"], "INTERVAL_SECONDS", [
    "Set activation retry interval in seconds. The activation ",
    "retry interval is the amount of time gwe waits in between ",
    "successive activation requests.",
  ]),
  {
    name: "debugLevel",
    flags: ["-d", "--set-debug-level"],
    takes: "one",
    choices: LOG_LEVELS,
    help: ["Set the runtime logging level of GWE."],
  },
  valued("updateInterval", ["-t", "--set-update-interval"], "UPDATE_INTERVAL", [
    "Set period (in seconds) of time between GWE check-ins.",
  ]),
  valued("userAgent", ["-a", "--set-user-agent"], "USER_AGENT", ["Set the GWE User-Agent HTTP header."]),
  valued("appName", ["-n", "--app-name"], "APP_NAME", [
    "The name of the Custom Gateway Application. This is the NAME in NAME.v1.tar.gz.",
  ]),
  valued("appVersion", ["-s", "--app-version"], "APP_VERSION", [
    "The version of the Custom Gateway Application. This is the VERSION in NAME.vVERSION.tar.gz",
  ]),
  valued("downloadLatest", ["--download-latest"], "RELEASE_AREA", [
    "Download the latest release of Gateway Engine.",
    "",
    "Currently there are several release areas to choose from:",
    "",
    " * gmq-master:      The most common and popular release of ",
    "                    Gateway Engine that contains the ",
    "                    store-and-forward Gateway Message",
    "                    Queuing (GMQ) server.",
    " * gmq-dev:         Same as gmq-master, but built from a ",
    "                    development branch used for testing and ",
    "                    development. Not intended for Production use.",
    " * baseline-master: This is a stripped-down version of Gateway",
    "                    Engine that contains only a minimal feature-set.",
    " * baseline-dev:    Same as baseline-master, but built from a ",
    "                    development branch used for testing and ",
    "                    development. Not intended for Production use.",
    "",
    "Example usage:",
    "",
    "    $ gwe --download-latest gmq-master",
  ]),
  valued("checkBuildfile", ["-w", "--check-buildfile"], "BUILDFILE", [
    "Checks the gwe.build file for common problems. Does not detect all problems.",
  ]),
  valued("checkTarball", ["-z", "--check-tarball"], "TARBALL", [
    "Checks GWE tarball for things like structure, optional elements.",
  ]),
  later(valued("productId", ["--product-id"], "PRODUCT_ID", ["The same as --set-product-id."])),
  later(valued("checkTarball", ["--check-tarfile"], "TARBALL", ["The same as --check-tarball."])),
  later(
    valued("buildApp", ["--build-app"], "BUILDFILE", [
      "Build the application tarball that a JSON buildfile describes,",
      "check it, and print its path and nothing else.",
    ]),
  ),
  later(valued("macAddress", ["--mac-address"], "IFACE", ["Print the MAC address of a network interface."])),
  later(
    valued("server", ["--server"], "URL", [
      "Set the address of the server, e.g. https://fleet.example.com;",
      "'' goes back to https://<PRODUCT_ID>.m2.exosite.io",
    ]),
  ),
];

function flag(name: OptionName, flags: readonly string[], help: string): OptionSpec {
  return { name, flags, takes: "nothing", help: [help] };
}

function valued(name: OptionName, flags: readonly string[], metavar: string, help: readonly string[]): OptionSpec {
  return { name, flags, takes: "one", metavar, help };
}

function later(spec: OptionSpec): OptionSpec {
  return { ...spec, later: true };
}
