import type { HttpClient, HttpRequest, HttpResponse } from "@gateway-engine/core/http";
import { silentLogger } from "@gateway-engine/core/logger";
import { nodeFiles } from "@gateway-engine/platform/files";
import { systemRandom } from "@gateway-engine/platform/random";
import { expect, test } from "vitest";
import { DEFAULT_MAIN_UPSTREAM, type UpstreamCfg } from "../../src/config/upstream-cfg.ts";
import { GatewayIdentitySource } from "../../src/identity/gateway-identity.ts";
import { Servers } from "../../src/identity/servers.ts";
import { Outgoing } from "../../src/outgoing.ts";
import type { Spool } from "../../src/spool/spool.ts";
import { openLocalSpool } from "./local-spool.ts";
import { SteppedClock } from "./stepped-clock.ts";

const NOWHERE = "/nowhere";
const CIK = "c".repeat(40);
const COPY: UpstreamCfg = { ...DEFAULT_MAIN_UPSTREAM, name: "copy", url: "http://copy.example.com" };

test("a stop while the upstreams are changed is the end of all of them", async () => {
  await using stage = await Stage.open();
  stage.upstreams = [DEFAULT_MAIN_UPSTREAM, COPY];
  const changed = stage.outgoing.configChanged();
  stage.outgoing.stop();
  await changed;
  await stage.accept();
  expect(stage.hosts).toEqual([]);
});

test("upstreams that could not be changed are changed when the configuration is read again", async () => {
  await using stage = await Stage.open();
  stage.upstreams = [DEFAULT_MAIN_UPSTREAM, COPY];
  const { setUpstreams } = stage.spool;
  stage.spool.setUpstreams = () => Promise.reject(new Error("disk full"));
  await expect(stage.outgoing.configChanged()).rejects.toThrow("disk full");
  await stage.accept();
  expect(stage.hosts).toEqual(["main.example.com"]);
  stage.spool.setUpstreams = setUpstreams;
  await stage.outgoing.configChanged();
  await stage.accept();
  expect(stage.hosts.toSorted()).toEqual(["copy.example.com", "main.example.com", "main.example.com"]);
});

test("a CIK is still found at the main upstream after the upstreams were changed", async () => {
  await using stage = await Stage.open();
  stage.upstreams = [DEFAULT_MAIN_UPSTREAM, COPY];
  await stage.outgoing.configChanged();
  const { id } = stage.spool.deviceOf({ vendor: "v", model: "m", serial: "s" });
  expect(await stage.outgoing.credentials.obtain(id, undefined)).toBe(CIK);
});

/** A queue in memory, and servers that take everything. */
class Stage implements AsyncDisposable {
  readonly spool: Spool;
  readonly outgoing: Outgoing;
  /** Which server each request went to. */
  readonly hosts: string[] = [];
  upstreams: readonly UpstreamCfg[] = [DEFAULT_MAIN_UPSTREAM];
  readonly #clock: SteppedClock;

  static async open(): Promise<Stage> {
    const clock = new SteppedClock();
    const { spool } = await openLocalSpool({ clock });
    const stage = new Stage(spool, clock);
    await stage.outgoing.start();
    return stage;
  }

  private constructor(spool: Spool, clock: SteppedClock) {
    this.spool = spool;
    this.#clock = clock;
    const files = { ...nodeFiles, readText: async () => undefined };
    const log = silentLogger;
    const http: HttpClient & { close(): void } = { request: async (request) => this.#take(request), close: () => {} };
    const places = { engineConfig: NOWHERE, gatewayCfg: NOWHERE, gweSocket: NOWHERE };
    this.outgoing = new Outgoing({
      spool,
      clock,
      files,
      log,
      random: systemRandom,
      paths: { configDir: NOWHERE },
      gateway: new GatewayIdentitySource({ ...places, files, http: { request: () => Promise.reject() }, log }),
      servers: new Servers({ ...places, files, clock, override: "http://main.example.com" }),
      openHttp: () => http,
      loadTls: () => Promise.reject(new Error("no TLS here")),
      dial: () => Promise.reject(new Error("no MQTT here")),
      userAgent: "test",
      countTraffic: () => {},
      config: () => ({ batchQty: 60, batchRecordPeriodMs: 10_000, upstreams: this.upstreams }),
    });
  }

  /** A write of a device that has a CIK; resolves when all that follows is done. */
  async accept(): Promise<void> {
    const { id } = this.spool.deviceOfCik(CIK);
    const write = { kind: "write", priority: "normal", alias: "", body: "a=1", points: 1, span: 1 } as const;
    await this.spool.accept(id, { ...write, ttlMs: undefined });
    this.outgoing.queued(id, write);
    for (let turns = 0; turns < 10; turns += 1) await this.#clock.advance(0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.outgoing.stop();
    await this.spool.close();
  }

  #take({ url }: HttpRequest): HttpResponse {
    this.hosts.push(new URL(url).hostname);
    const activates = url.endsWith("/provision/activate");
    const text = () => Promise.resolve(activates ? CIK : "");
    const bytes = () => Promise.resolve(new Uint8Array());
    return {
      status: activates ? 200 : 204,
      headers: {},
      body: (async function* () {})(),
      text,
      bytes,
      discard: () => {},
    };
  }
}
