import { TransportError } from "@gateway-engine/core/errors";
import { hungUp } from "@gateway-engine/device-client/mqtt/failures";
import { expect, test } from "vitest";
import { type Batch, makeBatch } from "../../../src/forwarder/batch.ts";
import { HangUps } from "../../../src/line/mqtt/mqtt-outcome.ts";

const HUNG_UP = hungUp("mqtt://example.com");
const TIMEOUT = new TransportError("E_TIMEOUT", { what: "a publish", timeoutMs: 1 });

test("a server that hangs up five times in a row at the same batch refuses it", () => {
  const hangUps = new HangUps();
  const judge = (batch: Batch, error: unknown) => hangUps.judge(batch, error).kind;
  const [one, other] = [batchOf(1), batchOf(2)];
  for (let time = 1; time <= 4; time += 1) expect(judge(one, HUNG_UP)).toBe("unavailable");
  expect(judge(one, TIMEOUT)).toBe("unavailable");
  expect(judge(one, HUNG_UP)).toBe("rejected");
  expect(judge(other, HUNG_UP)).toBe("unavailable");
});

test("what got through in between counts", () => {
  const hangUps = new HangUps();
  const batch = batchOf(1);
  for (let time = 1; time <= 4; time += 1) hangUps.judge(batch, HUNG_UP);
  hangUps.forget(batch.lane);
  expect(hangUps.judge(batch, HUNG_UP).kind).toBe("unavailable");
});

function batchOf(seq: number): Batch {
  const batch = makeBatch(5, [{ kind: "write", alias: "", body: "a=1", seq, points: 1, at: 1 }]);
  if (batch === undefined) throw new Error("a batch has a message");
  return batch;
}
