import { describe, expect, test } from "vitest";
import { type ActivationRequest, findProduct, parseActivation } from "../../src/devices/activation-request.ts";
import { ACTIVATION_WINDOW_MS, activationRefusal, type Device } from "../../src/devices/device.ts";

describe("an identity that was created at 0", () => {
  const fresh: Device = {
    product: "p",
    identity: "d",
    state: "notactivated",
    createdAt: 0,
    activationUntil: ACTIVATION_WINDOW_MS,
    activatedAt: null,
    cikUsedAt: null,
  };

  test.each([
    ["notactivated", null, ACTIVATION_WINDOW_MS, undefined],
    ["notactivated", null, ACTIVATION_WINDOW_MS + 1, "window"],
    ["activated", null, ACTIVATION_WINDOW_MS, undefined],
    ["activated", null, ACTIVATION_WINDOW_MS + 1, "window"],
    ["activated", 1, 2, "already"],
    ["reprovision", 1, 2, undefined],
    ["reprovision", 1, ACTIVATION_WINDOW_MS + 1, "window"],
  ] as const)("in state %s, its CIK used at %s, is at %i refused because of: %s", (state, cikUsedAt, now, reason) => {
    const refusal = activationRefusal({ ...fresh, state, cikUsedAt }, now);
    if (reason === undefined) expect(refusal).toBeUndefined();
    else expect(refusal).toContain(reason);
  });
});

describe("the body of an activation", () => {
  test("names the device as sn or as id", () => {
    expect(parseActivation([{ name: "sn", value: "1" }], "h")?.identity).toBe("1");
    expect(parseActivation([{ name: "id", value: "2" }], "h")?.identity).toBe("2");
    expect(parseActivation([{ name: "vendor", value: "v" }], "h")).toBeUndefined();
  });
});

describe("the product of an activation", () => {
  const nothing: ActivationRequest = { identity: "d", vendor: "", model: "", product: "", host: "127.0.0.1:80" };

  test.each([
    ["model", ["a", "b"], { vendor: "x", model: "b" }, "b"],
    ["vendor", ["a", "b"], { vendor: "a", model: "x" }, "a"],
    ["neither of a vendor and model that are unknown", ["a"], { vendor: "x", model: "y" }, undefined],
    ["host", ["a", "b"], { host: "b.m2.exosite.io:443" }, "b"],
    ["host before the field product", ["a", "b"], { host: "b.m2.exosite.io", product: "a" }, "b"],
    ["field product", ["a", "b"], { product: "a" }, "a"],
    ["field product, which is unknown", ["a"], { product: "x" }, undefined],
    ["only product", ["a"], {}, "a"],
    ["none of several", ["a", "b"], {}, undefined],
    ["none of none", [], {}, undefined],
  ] as const)("is found by: %s", async (_title, ids, said, expected) => {
    const products = ids.map((id) => ({ id, name: id, kind: "device" as const, createdAt: 0 }));
    const found = await findProduct(
      { ...nothing, ...said },
      {
        get: async (id) => products.find((product) => product.id === id),
        list: async ({ limit }) => ({
          entries: products.slice(0, limit),
          next: products.length > limit ? "more" : null,
        }),
      },
    );
    expect(found).toBe(expected);
  });
});
