/** The Device API as a device meets it: the real server, over a real socket. */
import { randomBytes } from "node:crypto";
import { type TemporaryFolder, temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, type Manager, provision, type RunningFleet, startFleet, type TestDevice } from "../fleet-process.ts";

const IDENTITY = "/products/gw/identities/00:11";

let folder: TemporaryFolder;
let fleet: RunningFleet;
let manager: Manager;
let device: TestDevice;

beforeAll(async () => {
  folder = temporaryFolder("fleet");
  fleet = await startFleet(folder.path, "--max-content", "1MB");
  ({ manager, device } = await provision(fleet));
  await manager.call("PUT", "/products/gw/resources/spare", { format: "string", settable: true });
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
  folder.remove();
});

const command = (alias: string, value: string) => manager.call("PUT", `${IDENTITY}/values/${alias}`, { value });
const activate = (body: string, host?: string) =>
  ask(`${fleet.url}/provision/activate`, {
    method: "POST",
    body,
    ...(host === undefined ? {} : { headers: { Host: host } }),
  });
const isAccepted = async (cik: string) =>
  (await ask(`${fleet.url}/onep:v1/stack/alias?sine`, { headers: { "X-Exosite-CIK": cik } })).status !== 401;

async function history(alias: string): Promise<[string | null, number][]> {
  const { json } = await manager.call("GET", `${IDENTITY}/values/${alias}/history?order=asc&limit=1000`);
  return (json as { points: { value: string | null; timestamp: number }[] }).points.map((p) => [p.value, p.timestamp]);
}

test("the time is seconds since 1970, for everybody", async () => {
  const { status, text, headers } = await ask(`${fleet.url}/timestamp`);
  expect(status).toBe(200);
  expect(Math.abs(Number(text) - Date.now() / 1000)).toBeLessThan(60);
  expect(headers.get("content-type")).toBe("text/plain; charset=utf-8");
});

describe("activation", () => {
  test("gives a CIK of 40 characters and no newline", async () => {
    await manager.call("POST", "/products/gw/identities", { identity: "one" });
    const { status, text, headers } = await activate("vendor=gw&model=gw&sn=one");
    expect([status, headers.get("content-length"), headers.get("connection")]).toEqual([200, "40", "keep-alive"]);
    expect(text).toMatch(/^[0-9a-f]{40}$/);
  });

  test("whose answer was lost may be repeated, until the CIK is used", async () => {
    await manager.call("POST", "/products/gw/identities", { identity: "again" });
    const lost = (await activate("id=again")).text;
    const arrived = (await activate("id=again")).text;
    expect(await isAccepted(lost)).toBe(false);
    expect(await isAccepted(arrived)).toBe(true);
    const third = await activate("id=again");
    expect([third.status, third.text]).toEqual([409, expect.stringContaining("already activated")]);
    expect(await isAccepted(arrived)).toBe(true);
  });

  test("that races for one identity leaves one CIK, and everybody else is refused", async () => {
    await manager.call("POST", "/products/gw/identities", { identity: "raced" });
    const contend = async () => {
      const { status, text } = await activate("id=raced");
      return status === 200 && (await isAccepted(text)) ? text : undefined;
    };
    const winners = (await Promise.all(Array.from({ length: 8 }, contend))).filter((cik) => cik !== undefined);
    expect(winners).toHaveLength(1);
    expect(await isAccepted(winners[0] ?? "")).toBe(true);
    expect((await activate("id=raced")).status).toBe(409);
  });

  test("takes the later body form", async () => {
    await manager.call("POST", "/products/gw/identities", { identity: "two&more" });
    expect((await activate("id=two%26more")).status).toBe(200);
  });

  test.each([
    ["vendor=gw&model=gw&sn=unknown", 404, "there is no identity unknown in product gw"],
    ["vendor=x&model=x&sn=00:11", 404, "there is no product that this request names"],
    ["vendor=gw&model=gw", 400, "body must hold sn= or id="],
    ["", 400, "body must hold sn= or id="],
  ])("with %j is answered %i: %s", async (body, status, text) => {
    expect(await activate(body)).toMatchObject({ status, text });
  });

  test("is possible again once a person allowed it, and the old CIK works until then", async () => {
    await manager.call("POST", "/products/gw/identities", { identity: "lost" });
    const old = (await activate("id=lost")).text;
    await manager.call("POST", "/products/gw/identities/lost/reenable");
    expect(await isAccepted(old)).toBe(true);
    const renewed = (await activate("id=lost")).text;
    expect([await isAccepted(old), await isAccepted(renewed)]).toEqual([false, true]);

    await manager.call("POST", "/products/gw/identities/lost/reenable", { revoke: true });
    expect(await isAccepted(renewed)).toBe(false);
  });
});

describe("without a CIK that is known", () => {
  test.each(["/onep:v1/stack/alias?a", "/provision/download"])("%s is answered 401", async (path) => {
    const bad = { headers: { "X-Exosite-CIK": "0".repeat(40) } };
    expect((await ask(`${fleet.url}${path}`)).status).toBe(401);
    expect((await ask(`${fleet.url}${path}`, bad)).status).toBe(401);
  });
});

describe("write and read", () => {
  test("keep every byte, whatever the Content-Type", async () => {
    const everything = Buffer.from(Array.from({ length: 256 }, (_zero, index) => index));
    const escaped = Array.from(everything, (byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
    for (const type of [
      "application/x-www-form-urlencoded; charset=utf-8",
      "text/plain",
      "application/json",
      "not a type",
    ]) {
      expect((await device.write(`device_info=${escaped}`, "", { "Content-Type": type })).status).toBe(204);
    }
    const { text } = await device.read("device_info");
    const decoded = text
      .slice("device_info=".length)
      .replaceAll("+", " ")
      .replace(/%([0-9A-F]{2})/g, (_escape, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    expect(Buffer.from(decoded, "latin1").equals(everything)).toBe(true);
  });

  test("take bytes that are not escaped, too", async () => {
    await device.write(
      Buffer.concat([Buffer.from("device_info="), Buffer.from([0xff, 0x00, 0x0a]), Buffer.from("=x")]),
    );
    expect((await device.read("device_info")).text).toBe("device_info=%FF%00%0A%3Dx");
  });

  test("separate at a raw &, and keep %26 inside a value", async () => {
    await device.write("device_info=a%26b&sine=1&device_info=c%26d");
    expect((await device.read("device_info&sine")).text).toBe("device_info=c%26d&sine=1");
  });

  test("leave out what has no resource or no value, without an error", async () => {
    expect((await device.write("nowhere=1")).status).toBe(204);
    expect((await device.read("nowhere")).status).toBe(204);
    expect((await device.read("")).status).toBe(204);
  });

  test("are found under a path whose colon is escaped", async () => {
    expect((await device.call("POST", "/onep%3Av1/stack/alias?sine", "sine=7")).text).toBe("sine=7");
  });

  test("hold the empty value", async () => {
    await device.write("usage_report=");
    const { status, text } = await device.read("usage_report");
    expect([status, text]).toEqual([200, "usage_report="]);
  });

  test("can be one request: first the write, then the read", async () => {
    const { status, text, headers } = await device.write("sine=0.5", "?sine");
    expect([status, text]).toEqual([200, "sine=0.5"]);
    expect(headers.get("content-type")).toBe("application/x-www-form-urlencoded; charset=utf-8");
  });

  test("give the device what the cloud wrote, until the device writes it", async () => {
    await command("update_interval", "60");
    expect((await device.read("update_interval")).text).toBe("update_interval=60");
    await device.write("update_interval=");
    expect((await device.read("update_interval")).text).toBe("update_interval=");
    const { json } = await manager.call("GET", `${IDENTITY}/values/update_interval`);
    expect(json).toMatchObject({ value: "", reported: { value: "" } });
  });

  test("take a value of one mebibyte, and not a byte more", async () => {
    expect((await device.write(`device_info=${"x".repeat(1_048_576)}`)).status).toBe(204);
    expect((await device.write(`device_info=${"x".repeat(1_048_577)}`)).status).toBe(413);
    expect((await device.read("device_info")).text).toHaveLength(1_048_576 + "device_info=".length);
    expect((await device.write("x".repeat(9 * 1_048_576))).status).toBe(413);
  });

  test("keep fifty values a second of one gateway in order", async () => {
    for (let index = 0; index < 50; index += 1) await device.write(`spare=${index}`);
    expect((await history("spare")).map(([value]) => value)).toEqual(
      Array.from({ length: 50 }, (_zero, i) => String(i)),
    );
  });
});

describe("a long poll", () => {
  const wait = (ms: number, since?: string) =>
    device.read("engine_fetch", {
      "Request-Timeout": String(ms),
      ...(since === undefined ? {} : { "If-Modified-Since": since }),
    });

  test("is answered within 200 ms of a write from the cloud", async () => {
    const delays: number[] = [];
    let since = "1";
    for (const count of [1, 2, 3]) {
      const answer = wait(10_000, since);
      await device.read("engine_fetch");
      const written = performance.now();
      await command("engine_fetch", `{"install":${count}}`);
      const { status, text, headers } = await answer;
      delays.push(performance.now() - written);
      expect([status, text]).toEqual([200, `engine_fetch=%7B%22install%22%3A${count}%7D`]);
      since = headers.get("last-modified") ?? "";
      expect(since).toMatch(/^\d+(\.\d{6})?$/);
    }
    // A busy machine may delay one of them.
    expect(Math.min(...delays)).toBeLessThan(200);
  });

  test("is answered 304 when the time is up", async () => {
    const begun = performance.now();
    expect((await wait(100)).status).toBe(304);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(95);
  });

  test("goes on from a Last-Modified without missing a change or repeating one", async () => {
    await command("engine_fetch", "1");
    const first = await device.read("engine_fetch");
    const since = first.headers.get("last-modified") ?? "";
    expect((await wait(50, since)).status).toBe(304);
    await command("engine_fetch", "2");
    expect((await wait(10_000, since)).text).toBe("engine_fetch=2");
  });

  test("takes seconds and HTTP dates", async () => {
    expect((await wait(5000, "1000000000")).status).toBe(200);
    expect((await wait(5000, "Sun, 09 Sep 2001 01:46:40 GMT")).status).toBe(200);
  });

  test.each([
    ["engine_fetch&sine", { "Request-Timeout": "10" }],
    ["engine_fetch", { "Request-Timeout": "soon" }],
    ["engine_fetch", { "Request-Timeout": "10", "If-Modified-Since": "yesterday" }],
  ])("of %s with %j is answered 400", async (query, headers) => {
    expect((await device.read(query, headers)).status).toBe(400);
  });
});

describe("a record", () => {
  test("stores points of several resources, to the microsecond", async () => {
    const body = "alias=engine_report&1408088308=a&1408088308.25=b&alias=fetch_status&1408088308.000001=c";
    expect((await device.record(body)).status).toBe(204);
    expect(await history("engine_report")).toEqual([
      ["a", 1_408_088_308_000_000],
      ["b", 1_408_088_308_250_000],
    ]);
    expect(await history("fetch_status")).toEqual([["c", 1_408_088_308_000_001]]);
  });

  test("in the older form names the resource in the path", async () => {
    expect((await device.call("POST", "/onep:v1/stack/alias/engine_report", "100=old&-10=ago")).status).toBe(204);
    const [[value, time] = []] = await history("engine_report");
    expect([value, time]).toEqual(["old", 100_000_000]);
  });

  test("that comes again is no error, but another value at the same moment is a conflict and stores nothing", async () => {
    await device.record("alias=fetch_status&200=a&201.5=b");
    expect((await device.record("alias=fetch_status&200=a&201.5=b")).status).toBe(204);
    const { status, text } = await device.record("alias=fetch_status&200=x&201.50=y&202=new&alias=sine&1=1");
    expect([status, text]).toEqual([409, "fetch_status=200,201.50"]);
    const times = (await history("fetch_status")).map(([, time]) => time);
    expect(times).not.toContain(202_000_000);
    expect(times).toContain(201_500_000);
  });

  test("becomes the present value only when nothing newer is there", async () => {
    await device.write("sine=now");
    await device.record("alias=sine&50=old");
    expect((await device.read("sine")).text).toBe("sine=now");
  });

  test("drops the points that its sequence says are here already", async () => {
    const numbered = (range: string) => ({ "X-Gateway-Engine-Sequence": `spool-1:${range}` });
    await device.record("alias=sine&301=a&302=b", numbered("1-2"));
    expect((await device.record("alias=sine&303=a&304=b", numbered("1-2"))).status).toBe(204);
    expect((await device.record("alias=sine&305=b&306=c", numbered("2-3"))).status).toBe(204);
    const times = (await history("sine")).map(([, time]) => time / 1_000_000);
    expect(times.filter((time) => time > 300 && time < 310)).toEqual([301, 302, 306]);
  });

  test.each(["spool", "a b:1-2", "s:2-1", "s:0-1", "s:1-3"])("with the sequence %j is answered 400", async (header) => {
    const { status, text } = await device.record("alias=sine&1=a&2=b", { "X-Gateway-Engine-Sequence": header });
    expect(status).toBe(400);
    expect(text).toContain("X-Gateway-Engine-Sequence");
  });

  test.each(["1=a", "alias=sine&now=1", "alias=sine&1", "alias=sine&999999999999=1"])(
    "of %j is answered 400",
    async (body) => {
      expect((await device.record(body)).status).toBe(400);
    },
  );
});

describe("the content area", () => {
  const bytes = randomBytes(300_000);
  const get = (query: string, headers: Record<string, string> = {}) =>
    fetch(`${fleet.url}/provision/download?${query}`, { headers: { "X-Exosite-CIK": device.cik, ...headers } });
  const bodyOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

  beforeAll(async () => {
    await manager.upload("/products/gw/content/app.v1.tar.gz", bytes);
  });

  test("is listed, for this device's product only", async () => {
    await manager.upload("/products/gw/content/another.txt", Buffer.from("x"), "text/plain");
    const listed = await get("vendor=gw&model=gw");
    expect([await listed.text(), listed.headers.get("content-type")]).toEqual([
      "another.txt\napp.v1.tar.gz\n",
      "text/csv; charset=utf-8",
    ]);
    expect((await get("")).status).toBe(200);
    expect((await get("vendor=other&model=other")).status).toBe(403);
  });

  test("says what an item is", async () => {
    const info = await (await get("vendor=gw&model=gw&id=app.v1.tar.gz&info=true")).text();
    expect(info).toMatch(/^application\/gzip,300000,\d{10},$/);
    expect((await get("id=nothing&info=true")).status).toBe(404);
  });

  test("gives an item whole", async () => {
    const response = await get("vendor=gw&model=gw&id=app.v1.tar.gz");
    expect(response.status).toBe(200);
    expect(response.headers.get("accept-ranges")).toBe("bytes");
    expect(response.headers.get("content-length")).toBe("300000");
    expect((await bodyOf(response)).equals(bytes)).toBe(true);
  });

  test.each([
    ["bytes=0-99", 0, 99],
    ["bytes=299999-", 299_999, 299_999],
    ["bytes=-1000", 299_000, 299_999],
    ["bytes=200000-900000", 200_000, 299_999],
  ])("gives the range %s", async (range, first, last) => {
    const response = await get("id=app.v1.tar.gz", { Range: range });
    expect(response.status).toBe(206);
    expect(response.headers.get("content-range")).toBe(`bytes ${first}-${last}/300000`);
    expect((await bodyOf(response)).equals(bytes.subarray(first, last + 1))).toBe(true);
  });

  test("answers 416 to a range behind the end", async () => {
    const response = await get("id=app.v1.tar.gz", { Range: "bytes=300000-" });
    expect([response.status, response.headers.get("content-range")]).toEqual([416, "bytes */300000"]);
  });

  test("gives the whole item when it is another than the one that is resumed", async () => {
    const range = { Range: "bytes=100-" };
    const etag = (await get("id=app.v1.tar.gz", range)).headers.get("etag") ?? "";
    expect((await get("id=app.v1.tar.gz", { ...range, "If-Range": etag })).status).toBe(206);
    expect((await get("id=app.v1.tar.gz", { ...range, "If-Range": '"older"' })).status).toBe(200);
  });

  test("refuses an item over the limit, also one that does not say how long it is", async () => {
    const big = Buffer.alloc(1_048_577);
    expect((await manager.upload("/products/gw/content/big", big)).status).toBe(413);
    expect((await manager.upload("/products/gw/content/big", new Blob([big]).stream())).status).toBe(413);
    expect((await get("id=big")).status).toBe(404);
  });

  test("gives the new bytes after an item was replaced, and nothing after it was removed", async () => {
    await manager.upload("/products/gw/content/changing", Buffer.from("old"));
    await manager.upload("/products/gw/content/changing", Buffer.from("new!"));
    expect(await (await get("id=changing")).text()).toBe("new!");
    expect((await manager.call("DELETE", "/products/gw/content/changing")).status).toBe(204);
    expect((await get("id=changing")).status).toBe(404);
  });
});
