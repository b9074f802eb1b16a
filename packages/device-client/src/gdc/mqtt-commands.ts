/** The commands of `gdc mqtt`. */
import type { Clock, Timer } from "@gateway-engine/core/clock";
import { UsageError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import type { Logger } from "@gateway-engine/core/logger";
import type { Random } from "@gateway-engine/core/random";
import type { TlsCredentials } from "@gateway-engine/core/tls";
import { encodeBatch } from "@gateway-engine/protocol/device-mqtt";
import { provisionOverMqtt } from "../mqtt/provision.ts";
import { type CloudWrite, type MqttCall, type MqttDeps, type MqttSession, openMqttSession } from "../mqtt/session.ts";
import { ANY_NUMBER, type CommandTable, EXIT_OK, inGroups, isTime, wrongUse } from "./command-table.ts";
import { keepToken } from "./device-file.ts";
import { keepListening } from "./keep-listening.ts";
import { identityOf, mqttServer, type Target } from "./target.ts";

export interface MqttContext {
  readonly mqtt: MqttDeps;
  readonly target: Target;
  readonly tls: TlsCredentials;
  readonly call: MqttCall;
  readonly files: Files;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** How long a subscription lasts; without it, until the program is stopped. */
  readonly disconnectAfterMs: number | undefined;
  /** Standard input, line by line. */
  readonly lines: () => AsyncIterable<string>;
  /** Writes one line to standard output. */
  readonly print: (line: string) => void;
}

const GROUP = "gdc mqtt";

export const MQTT_COMMANDS: CommandTable<MqttContext> = {
  activate: { usage: "activate", minArgs: 0, maxArgs: 0, run: activate },
  write: { usage: "write <alias> <value>", minArgs: 2, maxArgs: 2, run: write },
  publish: { usage: "publish <topic> <value>", minArgs: 2, maxArgs: 2, run: publish },
  batch: {
    usage: "batch <timestamp> <alias> <value> [<timestamp> <alias> <value>]...",
    minArgs: 3,
    maxArgs: ANY_NUMBER,
    run: batch,
  },
  subscribe: { usage: "subscribe", minArgs: 0, maxArgs: 0, run: (context) => listen(context, []) },
  watch: { usage: "watch [<alias>...]", minArgs: 0, maxArgs: ANY_NUMBER, run: watch },
};

async function activate({ mqtt, target, tls, call, files, print }: MqttContext): Promise<number> {
  const { timeoutMs, cfgFile } = target;
  const server = mqttServer(target).url;
  const token = await provisionOverMqtt(mqtt, { server, identity: identityOf(target), tls, timeoutMs }, call);
  if (cfgFile !== undefined) await keepToken(files, cfgFile, token);
  print(token);
  return EXIT_OK;
}

function write(context: MqttContext, [alias = "", value = ""]: readonly string[]): Promise<number> {
  return send(context, value, (session, text) => session.publish(alias, text, context.call));
}

function publish(context: MqttContext, [topic = "", value = ""]: readonly string[]): Promise<number> {
  return send(context, value, (session, text) => session.publishTo(topic, text, context.call));
}

/** Sends one value, or for `-` each line of standard input, and says so in the original's words. */
async function send(
  context: MqttContext,
  value: string,
  sendOne: (session: MqttSession, text: string) => Promise<void>,
): Promise<number> {
  const session = await openSession(context, context.call);
  try {
    let count = 0;
    for await (const text of value === "-" ? context.lines() : [value]) {
      await sendOne(session, text);
      count += 1;
      context.print(published(count, text));
    }
    return EXIT_OK;
  } finally {
    await session.close();
  }
}

async function batch(context: MqttContext, args: readonly string[]): Promise<number> {
  const triples = inGroups(args, 3);
  if (triples === undefined || !triples.every(([time = ""]) => isTime(time) && !time.startsWith("-"))) {
    throw wrongUse(GROUP, MQTT_COMMANDS["batch"]);
  }
  const points = triples.map(([time = "", alias = "", value = ""]) => {
    return { alias, value, atMicros: Math.round(Number(time) * 1_000_000) };
  });
  return send(context, encodeBatch(points), (session) => session.publishBatch(points, context.call));
}

/** The original's line: a return code, a count, and what was published. */
function published(count: number, payload: string): string {
  return `rc=0, mid=${count}: ${payload}`;
}

/** Without arguments, what the device's file wants to hear of. */
function watch(context: MqttContext, aliases: readonly string[]): Promise<number> {
  return listen(context, aliases.length > 0 ? aliases : context.target.watchlist);
}

/** Prints what the cloud side writes to some aliases, or to all when none is named, until it is stopped or its time is over. */
async function listen(context: MqttContext, aliases: readonly string[]): Promise<number> {
  const { clock, disconnectAfterMs, call, print } = context;
  const onWrite = ({ alias, value, atMicros }: CloudWrite) => {
    if (aliases.length === 0 || aliases.includes(alias)) {
      print(`${alias}.${atMicros}=${new TextDecoder().decode(value)}`);
    }
  };
  const over = new AbortController();
  const signal = AbortSignal.any([call.signal, over.signal]);
  let timer: Timer | undefined;
  const open = async (current: AbortSignal) => {
    const session = await openSession(context, { signal: current }, onWrite);
    if (disconnectAfterMs !== undefined) timer ??= clock.after(disconnectAfterMs, () => over.abort());
    return session;
  };
  try {
    await keepListening(context, open, signal);
  } finally {
    timer?.cancel();
  }
  return EXIT_OK;
}

function openSession(
  { mqtt, target, tls }: MqttContext,
  call: MqttCall,
  onWrite?: (write: CloudWrite) => void,
): Promise<MqttSession> {
  const { token, timeoutMs } = target;
  if (token === "" && tls.cert === undefined) {
    throw new UsageError("E_USAGE", { problem: "say who is asking: -k <token>, -C <cert> -K <pkey>, or -f <file>" });
  }
  const login = token === "" ? "certificate" : { token };
  const listener = onWrite === undefined ? {} : { onWrite };
  return openMqttSession(mqtt, { server: mqttServer(target).url, login, tls, timeoutMs, ...listener }, call);
}
