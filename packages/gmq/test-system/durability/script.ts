/**
 * A short life of a queue with everything in it that writes to disk: the first start, activations, intake, forwarding,
 * acknowledgement, the shrinking of the emptied file, an orderly end with its checkpoint, and all of it again over the
 * files that are there.
 *
 * Each step waits for what it causes, so that the queue takes the same durable steps each time.
 */
import type { GmqProcess, GmqStart } from "../../test/process/gmq-process.ts";
import { type MessageShape, Sender } from "./sender.ts";
import type { Stage } from "./stage.ts";

const SMALL: MessageShape = {};
const RECORD: MessageShape = { kind: "record" };
/** Fills pages of its own. */
const LARGE: MessageShape = { bytes: 9000 };

const LIVES: readonly (readonly MessageShape[])[] = [
  [SMALL, SMALL, RECORD, LARGE],
  [SMALL, LARGE, RECORD],
];

/** @throws when gmq is killed on the way, or when it refuses a message */
export async function playScript(stage: Stage, how: GmqStart): Promise<void> {
  const senders = ["one", "two"].map((name) => new Sender(name, stage.ledger));
  for (const shapes of LIVES) {
    // Whoever looks at the disk afterwards must find it dead.
    await using gmq = await stage.start(how);
    for (const { device } of senders) await activate(stage, gmq, device);
    const release = hold(stage, senders);
    for (const shape of shapes) {
      for (const sender of senders) await accepted(sender.send(gmq, shape));
    }
    for (const [index, open] of release.entries()) {
      open();
      await gmq.untilQueued((senders.length - index - 1) * shapes.length);
    }
    await gmq.end("SIGTERM");
  }
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

async function accepted(status: Promise<number>): Promise<void> {
  const answer = await status;
  if (answer !== 204) throw new Error(`gmq answered ${answer}`);
}
