/** What is wrong with a gateway, and what a person in front of it does about it. Pure. */
import { formatDuration } from "../figures.ts";
import type { GatewayState, ProgramState, Room } from "./gateway-state.ts";

export interface Trouble {
  readonly what: string;
  readonly mend: string;
}

/** The most important first: what keeps the gateway from its work, then what threatens to. Empty: all is well. */
export function troublesOf(state: GatewayState): readonly Trouble[] {
  return RULES.flatMap((rule) => rule(state));
}

type Rule = (state: GatewayState) => readonly Trouble[];

const RULES: readonly Rule[] = [
  files,
  clock,
  network,
  supervisor,
  engine,
  identity,
  server,
  queue,
  programs,
  rooms,
  installs,
];

const NONE: readonly Trouble[] = [];

function files({ problems }: GatewayState): readonly Trouble[] {
  return problems.map((what) => ({ what, mend: "mend the file; gwe doctor looks at all of them" }));
}

function clock({ clock: { sane, synchronised } }: GatewayState): readonly Trouble[] {
  if (!sane)
    return [{ what: "the clock of this machine is wrong", mend: "set it with date -s, and start an NTP client" }];
  if (synchronised !== false) return NONE;
  return [{ what: "the clock is not synchronised", mend: "look whether an NTP client runs and reaches its server" }];
}

function network({ interfaces }: GatewayState): readonly Trouble[] {
  if (interfaces.some(({ addresses }) => addresses.some((address) => !address.startsWith("fe80:")))) return NONE;
  return [
    { what: "no network interface has an address", mend: "check cable, SIM card or Wi-Fi, and the network settings" },
  ];
}

function supervisor({ programs: known }: GatewayState): readonly Trouble[] {
  if (known !== null) return NONE;
  return [
    {
      what: "supervisord does not run: no application does",
      mend: "start it: service supervisor start, or supervisord",
    },
  ];
}

function engine({ engine: running }: GatewayState): readonly Trouble[] {
  if (running !== null) return NONE;
  return [
    {
      what: "gwe, the engine, does not run or does not answer",
      mend: "supervisorctl start gwe; gwe logs gwe tells why it ended",
    },
  ];
}

function identity({ identity: { vendor, model, uuid }, activated, server: address }: GatewayState): readonly Trouble[] {
  if (vendor === "" || model === "") {
    return [{ what: "nobody has said which product this gateway is", mend: "gwe --set-product-id PRODUCT_ID" }];
  }
  if (activated) return NONE;
  const who = uuid === "" ? "this gateway" : uuid;
  return [
    {
      what: `${address} has not activated ${who}`,
      mend: `is ${who} known to the product ${vendor} there, and not activated yet? gwe doctor looks at the way to the server`,
    },
  ];
}

/** A server that is asked once in a while may be silent for longer. */
const SILENCE_MS = 900_000;

function server({ at, engine: running, activated, server: address, serverAnsweredAt, updateInterval }: GatewayState) {
  if (running === null || !activated) return NONE;
  const mend = "gwe doctor looks at name, connection, certificate and answer";
  if (serverAnsweredAt === null) return [{ what: `${address} has not answered since the engine was started`, mend }];
  const silence = at - serverAnsweredAt;
  if (silence <= Math.max(SILENCE_MS, updateInterval * 2000)) return NONE;
  return [{ what: `${address} has not answered for ${formatDuration(Math.round(silence / 1000))}`, mend }];
}

const OLD_MESSAGE_MS = 3_600_000;

function queue({ at, queue: running }: GatewayState): readonly Trouble[] {
  if (running === null) {
    return [
      {
        what: "gmq, the queue, does not run: applications cannot hand in data",
        mend: "supervisorctl start gmq; gwe logs gmq",
      },
    ];
  }
  const { queued, oldestAt, setAside, upstreams } = running;
  const troubles: Trouble[] = [];
  if (queued > 0 && oldestAt !== null && at - oldestAt > OLD_MESSAGE_MS) {
    const why = upstreams.flatMap(({ problem }) => problem ?? []).at(0);
    const what = `data waits for ${formatDuration(Math.round((at - oldestAt) / 1000))}${why === undefined ? "" : `: ${why}`}`;
    troubles.push({ what, mend: "gmq status tells what it waits for; nothing is lost while there is room" });
  }
  if (setAside > 0) {
    troubles.push({
      what: `${setAside} messages were refused by the server and set aside`,
      mend: "gmq peek --set-aside shows them",
    });
  }
  return troubles;
}

function programs({ programs: known }: GatewayState): readonly Trouble[] {
  return (known ?? []).filter(isBroken).map(({ group, name, state, description }) => {
    const title = name === group ? name : `${group}:${name}`;
    return {
      what: `${title} is ${state}${description === "" ? "" : `: ${description}`}`,
      mend: `gwe logs ${group} tells why`,
    };
  });
}

/** A program that ended well, or that somebody stopped, is as it should be. */
function isBroken({ state, exitStatus }: ProgramState): boolean {
  return ["FATAL", "BACKOFF", "UNKNOWN"].includes(state) || (state === "EXITED" && exitStatus !== 0);
}

function rooms({ disk, memory }: GatewayState): readonly Trouble[] {
  return [
    ...(isScarce(disk, 0.1) ? [{ what: "the disk is nearly full", mend: "gwe doctor tells what to look at" }] : []),
    ...(isScarce(memory, 0.05) ? [{ what: "the memory is nearly used up", mend: "top shows who uses it" }] : []),
  ];
}

function isScarce(room: Room | null, least: number): boolean {
  return room !== null && room.available < room.total * least;
}

function installs({ failures }: GatewayState): readonly Trouble[] {
  return failures.map(({ verb, name, message }) => ({
    what: `${verb} ${name}`.trimEnd().concat(`: ${message}`),
    mend: `gwe why ${appOf(name)} tells the whole story`,
  }));
}

function appOf(name: string): string {
  return name.split(".v")[0] ?? name;
}
