/**
 * A short life of a queue with everything in it that writes to disk: the first start, activations, intake, forwarding,
 * acknowledgement, expiry, an orderly end with its checkpoint, and all of it again over the files that are there, with each
 * policy that gives messages up when there is no room.
 *
 * Each step waits for what it causes, so that the queue takes the same durable steps each time.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { GmqProcess, GmqStart } from "../../test/process/gmq-process.ts";
import { type MessageShape, Sender } from "./sender.ts";
import { STAGE_CFG, type Stage } from "./stage.ts";

const SMALL: MessageShape = {};
const RECORD: MessageShape = { kind: "record" };
/** Fills pages of its own. */
const LARGE: MessageShape = { bytes: 9000 };
const LOW: MessageShape = { ...LARGE, priority: "low" };
/** Expires while it waits for the server. */
const BRIEF: MessageShape = { ttlSeconds: 0.05 };

const EXPIRY_LIMIT_MS = 20_000;

interface Life {
  /** Nothing but what is free in the file may be used, and this policy makes room. */
  readonly whenFull?: "drop_oldest" | "thin_out";
  readonly one: readonly MessageShape[];
  /** The queue gives up none of these. */
  readonly two: readonly MessageShape[];
}

const LIVES: readonly Life[] = [
  { one: [LARGE, BRIEF], two: [SMALL, LARGE, RECORD, LARGE] },
  { whenFull: "thin_out", one: [LOW, LOW, LOW, LOW, LOW], two: [SMALL, RECORD] },
  { whenFull: "drop_oldest", one: [LOW, LOW, LOW, LOW, LOW], two: [SMALL, LARGE] },
];

/** @throws when gmq is killed on the way, or when it refuses a message */
export async function playScript(stage: Stage, how: GmqStart): Promise<void> {
  const one = new Sender("one", stage.ledger);
  const two = new Sender("two", stage.ledger);
  for (const life of LIVES) {
    await stage.configure(cfgOf(life));
    // Whoever looks at the disk afterwards must find it dead.
    await using gmq = await stage.start(how);
    for (const { device } of [one, two]) await activate(stage, gmq, device);
    const [openOne, openTwo] = hold(stage, [one, two]);
    for (const shape of life.two) await accepted(two.send(gmq, shape));
    for (const shape of life.one) await accepted(one.send(gmq, shape));
    await untilExpired(gmq);
    openOne?.();
    await gmq.untilQueued(life.two.length);
    openTwo?.();
    await gmq.untilQueued(0);
    await gmq.end("SIGTERM");
  }
}

function cfgOf({ whenFull }: Life): string {
  return whenFull === undefined ? STAGE_CFG : `${STAGE_CFG}[db]\nmin_free_disk = 1000000GB\nwhen_full = ${whenFull}\n`;
}

async function activate({ server }: Stage, gmq: GmqProcess, device: string): Promise<void> {
  const [vendor, model, serial] = device.split(" ");
  const known = server.ciks.has(device);
  await gmq.post("/provision/activate", `vendor=${vendor}&model=${model}&sn=${serial}`, {});
  if (!known) await gmq.printed(new RegExp(`${serial} is activated`));
}

/** The server takes the data of each device only when it is told to. @returns what tells it so, a device each */
function hold({ server }: Stage, senders: readonly Sender[]): readonly (() => void)[] {
  const gates = senders.map(({ device }) => ({ device, ...Promise.withResolvers<void>() }));
  server.fail(({ cik }) => {
    const gate = gates.find(({ device }) => server.ciks.get(device) === cik);
    return gate === undefined ? undefined : { kind: "hold", until: gate.promise };
  });
  return gates.map(({ resolve }) => resolve);
}

/** Before the server takes anything, so that it does not depend on the time which commit removes the message. */
async function untilExpired(gmq: GmqProcess): Promise<void> {
  const end = performance.now() + EXPIRY_LIMIT_MS;
  while ((await gmq.status()).expired === 0) {
    if (performance.now() > end) throw new Error(`nothing expires:\n${gmq.output}`);
    await sleep(5);
  }
}

async function accepted(status: Promise<number>): Promise<void> {
  const answer = await status;
  if (answer !== 204) throw new Error(`gmq answered ${answer}`);
}
