/** What `[fcgi-program:x]` has besides the options of a program: the socket that its processes accept on. */
import { posix } from "node:path";
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { integer, octal, text } from "./convert.ts";
import type { FastCgiSocketConfig } from "./model.ts";
import { nameOfSection } from "./program-section.ts";
import type { MachineConverters, SectionReader } from "./reader.ts";
import type { ConfigMachine } from "./source.ts";

/** @throws ConfigRejection */
export function readFastCgiSocket(
  section: SectionReader,
  types: MachineConverters,
  machine: ConfigMachine,
): FastCgiSocketConfig {
  const reader = section.with([["program_name", nameOfSection(section)]]);
  const { name } = reader.section;
  const user = reader.read("user", types.user, undefined);
  const backlog = reader.read("socket_backlog", (raw) => within("backlog", backlogOf(raw), raw), undefined);
  const owner = reader.read("socket_owner", (raw) => within("owner", types.owner(raw), raw), undefined);
  const mode = reader.read("socket_mode", (raw) => within("mode", octal(raw), raw), undefined);
  const socket = reader.read("socket", text, "") || reader.reject(`[${name}] section requires a "socket" line`);
  const refuse = (what: string): never => reader.reject(`${what} in [${name}] socket`, "socket");

  if (socket.startsWith(UNIX)) {
    const path = socket.slice(UNIX.length);
    if (!path.startsWith("/")) return refuse(`Unix socket path ${path} is not an absolute path`);
    const isAnotherUser = user !== undefined && user.uid !== machine.uid;
    const itsUser = isAnotherUser ? { uid: user.uid, gid: user.gid } : undefined;
    return { kind: "unix", path: posix.normalize(path), owner: owner ?? itsUser, mode: mode ?? 0o700, backlog };
  }
  if (owner !== undefined || mode !== undefined) {
    return refuse("socket_owner and socket_mode params should only be used with a Unix domain socket");
  }
  const [, host = "", digits = ""] = /^tcp:\/\/([^\s:]+):(\d+)$/.exec(socket) ?? refuse(`Bad socket format ${socket}`);
  const port = Number(digits);
  if (port < 1) return refuse(`${port} is below lower bound (1)`);
  if (port > HIGHEST_PORT) return refuse(`${port} is above upper bound (${HIGHEST_PORT})`);
  return { kind: "tcp", host: host.toLowerCase(), port, backlog };
}

/** As the file writes it, and as logs and messages name it. */
export function socketUrl(socket: FastCgiSocketConfig): string {
  return socket.kind === "unix" ? `${UNIX}${socket.path}` : `tcp://${socket.host}:${socket.port}`;
}

function backlogOf(raw: string): Result<number, string> {
  const backlog = integer(raw);
  return backlog.ok && (backlog.value < 1 || backlog.value > HIGHEST_BACKLOG) ? fail("") : backlog;
}

/** The original's words for an option of the socket that is wrong. */
function within<Value>(what: string, found: Result<Value, string>, raw: string): Result<Value, string> {
  return found.ok ? ok(found.value) : fail(`Invalid socket_${what} value ${raw}`);
}

const UNIX = "unix://";
const HIGHEST_PORT = 0xffff;
const HIGHEST_BACKLOG = 65535;
