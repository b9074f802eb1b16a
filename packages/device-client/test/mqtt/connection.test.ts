import { Duplex } from "node:stream";
import { TransportError } from "@gateway-engine/core/errors";
import { systemClock } from "@gateway-engine/platform/clock";
import { expect, test } from "vitest";
import { type Line, openMqttSession } from "../../src/mqtt/session.ts";

/** A line that fails as soon as it is open. */
async function failingLine(): Promise<Line> {
  const stream = new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() });
  setImmediate(() => stream.destroy(Object.assign(new Error("reset"), { code: "ECONNRESET" })));
  return { stream, failure: () => new TransportError("E_UNREACHABLE", { server: "acme", reason: "reset" }) };
}

// The first session of a process also loads the MQTT library: this file may open no other one before.
test("a line that fails while the first session is opened is an error of the call, and ends no program", async () => {
  const deps = { clock: systemClock, dial: failingLine };
  const options = { server: "mqtt://acme:1883", login: { token: "c".repeat(40) }, timeoutMs: 5000 };
  await expect(openMqttSession(deps, options, { signal: new AbortController().signal })).rejects.toMatchObject({
    code: "E_UNREACHABLE",
  });
});
