import { expect, test } from "vitest";
import { type Batch, makeBatch } from "../../src/forwarder/batch.ts";
import { moveConflicts } from "../../src/forwarder/conflicts.ts";
import { outcomeOf } from "../../src/forwarder/outcome.ts";
import { NOTHING_TAKEN } from "../../src/forwarder/taken.ts";
import { type Posted, RecordForms } from "../../src/line/record-forms.ts";

const LANE = 5;

test("a 409 to one alias moves the points of that alias only, and those that the server has stay where they are", async () => {
  const forms = new RecordForms({ record: "alias", spool: "s", clock: { now: () => 0 } });
  const batch = batchOf("a=1&b=1&b=2");
  const posted: string[] = [];
  const post = (status: number, body = "") =>
    answering(posted, (path) => (path.endsWith("/b") ? [status, body] : [204, ""]));
  const first = await forms.send(batch, NOTHING_TAKEN, post(409, "nothing that names a time"));
  if (first.outcome.kind !== "conflict") throw new Error("there is a conflict");
  const moved = moveConflicts(batch, first.outcome.conflicts, 1);
  expect(moved.points.map(({ timestamp }) => timestamp)).toEqual(["100.000000", "101", "102"]);
  expect(await forms.send(moved, first.taken, post(204))).toMatchObject({ outcome: { kind: "accepted" } });
  expect(posted).toEqual(["a 100.000000=1", "b 100.000000=1&100.000001=2", "b 101=1&102=2"]);
});

test("an alias that a server of the older form does not know is refused, and not taken for another kind of server", async () => {
  const forms = new RecordForms({ record: "auto", spool: "s", clock: { now: () => 0 } });
  const post = answering([], (path) => (path.endsWith("/a") ? [204, ""] : [404, "no such alias"]));
  expect(await forms.send(batchOf("a=1"), NOTHING_TAKEN, post)).toMatchObject({ outcome: { kind: "accepted" } });
  expect(await forms.send(batchOf("x=1"), NOTHING_TAKEN, post)).toMatchObject({ outcome: { kind: "rejected" } });
});

test("a server that answers 404 to everything says so, and is asked again from the newest form on", async () => {
  const forms = new RecordForms({ record: "auto", spool: "s", clock: { now: () => 0 } });
  const posted: string[] = [];
  const post = answering(posted, () => [404, "nobody here"]);
  for (let time = 1; time <= 2; time += 1) {
    const { outcome } = await forms.send(batchOf("a=1"), NOTHING_TAKEN, post);
    expect(outcome).toMatchObject({ kind: "unavailable", reason: "the server answered 404: nobody here" });
    expect(posted.length).toBe(3 * time);
  }
});

function answering(posted: string[], answer: (path: string) => readonly [status: number, body: string]) {
  return async ({ path, body }: { readonly path: string; readonly body: Uint8Array }): Promise<Posted> => {
    const [status, text] = answer(path);
    posted.push(`${path.split("/").at(-1)} ${Buffer.from(body)}`);
    return { status, outcome: outcomeOf({ status, body: text, retryAfterMs: undefined }) };
  };
}

/** One write at second 100. */
function batchOf(body: string): Batch {
  const points = body.split("&").length;
  const batch = makeBatch(LANE, [{ kind: "write", alias: "", body, seq: 1, points, at: 100_000_000 }]);
  if (batch === undefined) throw new Error("a batch has a message");
  return batch;
}
