import { silentLogger } from "@gateway-engine/core/logger";
import { expect, test } from "vitest";
import { BodyMemory } from "../../src/intake/body-memory.ts";
import { type DoorDeps, openDoor } from "../../src/intake/http-door.ts";

const LARGE = Buffer.alloc(1_000_000, "x");

/** A door that says how long the bodies are that come in. */
async function withDoor(memory: BodyMemory, use: (post: (body: Uint8Array) => Promise<Response>) => Promise<void>) {
  const intake = {
    answer: async ({ body }: { body: string }) => ({ status: 200, body: String(body.length) }),
  } as unknown as DoorDeps["intake"];
  const door = await openDoor({ host: "127.0.0.1", port: 0, option: "" }, { intake, memory, log: silentLogger });
  try {
    await use((body) => fetch(`http://127.0.0.1:${door.port}/`, { method: "POST", body }));
  } finally {
    await door.stop(0);
  }
}

test("a body for which there is no memory is answered 503, to be sent again; a small one is taken all the same", async () => {
  await withDoor(new BodyMemory(100_000), async (post) => {
    const refused = await post(LARGE);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"]);
    expect(await refused.text()).toMatch(/^too many large requests at once/);
    expect(await (await post(LARGE.subarray(0, 1000))).text()).toBe("1000");
  });
});

test("the memory of a request is free again when it is answered, or refused", async () => {
  await withDoor(new BodyMemory(1_500_000), async (post) => {
    for (let time = 0; time < 5; time += 1) {
      expect(await (await post(LARGE)).text()).toBe("1000000");
      expect((await post(Buffer.alloc(1_600_000))).status).toBe(503);
    }
  });
});
