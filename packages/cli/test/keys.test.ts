import { chmodSync, copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { failureText } from "@gateway-engine/core/errors";
import { gatewayPaths } from "@gateway-engine/core/paths";
import { goodPackage } from "@gateway-engine/testkit/package-fixtures";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { describe, expect, onTestFinished, test } from "vitest";
import { keys } from "../src/commands/keys.ts";
import { TestGateway } from "./run-gwe.ts";

/** Somebody who types `gwe keys` in a folder, with a gateway in `root`. */
class Desk {
  readonly folder: string;

  constructor() {
    const temporary = temporaryFolder("keys");
    this.folder = temporary.path;
    onTestFinished(() => temporary.remove());
  }

  /** @returns everything that was printed, with the exit status when it is not 0 */
  async keys(...args: readonly string[]): Promise<string> {
    let printed = "";
    const print = (text: string) => {
      printed += text;
    };
    const context = {
      terminal: { out: print, err: print },
      paths: gatewayPaths(this.path("root")),
      folder: this.folder,
      environment: {},
      untilSignalled: () => Promise.resolve(new AbortController().signal),
    };
    try {
      const status = await keys.run({ program: "gwe keys", args }, context);
      return status === 0 ? printed : `${printed}status ${status}\n`;
    } catch (error) {
      return printed + failureText("gwe", error);
    }
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  putPackage(version = "1"): string {
    const { fileName, bytes } = goodPackage({ version });
    writeFileSync(this.path(fileName), bytes);
    return fileName;
  }

  static async with(...names: readonly string[]): Promise<Desk> {
    const desk = new Desk();
    for (const name of names) await desk.keys("init", name);
    return desk;
  }
}

describe("gwe keys init", () => {
  test("makes a pair of keys that only their owner may use, and never overwrites one", async () => {
    const desk = await Desk.with("alice");
    const modes = ["alice.key", "alice.pub"].map((file) => statSync(desk.path(file)).mode & 0o777);
    expect(modes).toEqual([0o600, 0o644]);
    const before = readFileSync(desk.path("alice.key"), "utf8");
    expect(before).toMatch(/^-----BEGIN PRIVATE KEY-----/);
    expect(await desk.keys("init", "alice")).toBe("gwe: alice.key exists already\n");
    expect(readFileSync(desk.path("alice.key"), "utf8")).toBe(before);
    writeFileSync(desk.path("bob.pub"), "mine");
    expect(await desk.keys("init", "bob")).toBe("gwe: bob.pub exists already\n");
    expect(existsSync(desk.path("bob.key"))).toBe(false);
  });

  test("refuses a name that no statement takes", async () => {
    expect(await new Desk().keys("init", "a b")).toMatch(/'a b' is not a name of at most 64 letters.*\nstatus 2\n$/);
  });
});

describe("gwe keys trust, list and revoke", () => {
  test("show and change a file that everybody may read", async () => {
    const desk = await Desk.with("alice", "bob");
    expect(await desk.keys("list")).toMatch(/^no key is trusted: packages need no signature/);
    expect(await desk.keys("trust", "alice.pub", "bob.pub", "--threshold", "2")).toMatch(
      /^2 of 2 keys must sign; version 1/,
    );
    expect(await desk.keys("list")).toMatch(
      /\nNAME +STATE +KEY ID\nalice +trusted +[0-9a-f]{64}\nbob +trusted +[0-9a-f]{64}\n$/,
    );
    const file = desk.path("root/etc/gateway-engine/trust/root.json");
    expect([statSync(file).mode & 0o777, statSync(join(file, "..")).mode & 0o777]).toEqual([0o644, 0o755]);
    expect(JSON.parse(await desk.keys("list", "--json"))).toEqual(JSON.parse(readFileSync(file, "utf8")));
    expect(await desk.keys("revoke", "bob")).toMatch(/warning: too few keys are left/);
    expect(await desk.keys("trust", "bob.pub")).toBe(
      "gwe: bob.pub: the key bob is revoked, and never counts again; make a new one\n",
    );
    expect(await desk.keys("list")).toMatch(/\nalice +trusted .*\n- +revoked +[0-9a-f]{64}\n$/);
  });

  const damaged = '{"_type":"root"}';
  test.each([
    { args: ["trust", "alice.pub", "--threshold", "2"], says: "--threshold: 2 signatures need as many keys, and 1" },
    { args: ["trust", "alice.pub", "--threshold", "0"], says: "'0' is not a whole number from 1 on" },
    { args: ["trust", "alice.key"], says: "gwe: alice.key: it is no public key in PEM form" },
    { args: ["trust", "missing.pub"], says: "gwe: cannot read missing.pub: no such file or folder" },
    { args: ["trust", "other.json"], says: 'gwe: other.json: it has a key "_type", which nobody knows' },
    { args: ["revoke", "alice"], says: "error: no key is trusted here" },
    { args: ["list", "--trust-dir", "damaged"], says: /root.json: version is not a whole number from 1 on/ },
  ])("gwe keys $args says: $says", async ({ args, says }) => {
    const desk = await Desk.with("alice");
    writeFileSync(desk.path("other.json"), damaged);
    await desk.keys("trust", "alice.pub", "--trust-dir", "damaged");
    writeFileSync(desk.path("damaged/root.json"), damaged);
    expect(await desk.keys(...args)).toMatch(says);
  });
});

describe("gwe keys sign and verify", () => {
  test("put the signature into the package, and take it from there", async () => {
    const desk = await Desk.with("alice");
    const name = desk.putPackage();
    const order = ["--expires", "90d", "--sequence", "7", "--floor", "3"];
    expect(await desk.keys("sign", name, "--key", "alice.key", ...order)).toMatch(/sequence 7, floor 3, until 20/);
    expect(await desk.keys("verify", name, "--trust", "alice.pub")).toMatch(
      /^\[PASS\] signature: signed by alice, sequence 7, floor 3, on 20.*Z, until 20.*Z\n$/,
    );
    expect(existsSync(desk.path(`${name}.sig`))).toBe(false);
  });

  test("put it beside the package with --detached", async () => {
    const desk = await Desk.with("alice");
    const name = desk.putPackage();
    const before = readFileSync(desk.path(name));
    await desk.keys("sign", name, "--key", "alice.key", "--detached");
    expect(readFileSync(desk.path(name))).toEqual(before);
    expect(await desk.keys("verify", name, "--trust", "alice.pub")).toMatch(/^\[PASS\]/);
  });

  test("collect the signatures of several people under one statement", async () => {
    const desk = await Desk.with("alice", "bob");
    const name = desk.putPackage();
    const trust = ["--trust", "alice.pub", "--trust", "bob.pub", "--threshold", "2"];
    await desk.keys("sign", name, "--key", "alice.key", "--sequence", "7");
    expect(await desk.keys("verify", name, ...trust)).toMatch(/2 of the 2 trusted keys must have signed it, and 1 did/);
    await desk.keys("sign", name, "--key", "bob.key");
    expect(await desk.keys("verify", name, ...trust)).toMatch(/signed by alice, bob, sequence 7/);
    await desk.keys("sign", name, "--key", "bob.key", "--sequence", "8", "--renew");
    expect(await desk.keys("verify", name, ...trust)).toMatch(/and 1 did/);
  });

  test("tell of a private key that others may read, and use it all the same", async () => {
    const desk = await Desk.with("alice");
    chmodSync(desk.path("alice.key"), 0o640);
    const printed = await desk.keys("sign", desk.putPackage(), "--key", "alice.key");
    expect(printed).toMatch(/^gwe: warning: others may read alice.key \(mode 0640\); chmod 600 alice.key\n/);
    expect(printed).toMatch(/app.v1.tar.gz: signed with/);
  });

  test.each([
    { what: "no key", args: ["app.v1.tar.gz"], says: /expected --key FILE/ },
    { what: "a public key", args: ["app.v1.tar.gz", "--key", "alice.pub"], says: /alice.pub: it is no private key/ },
    {
      what: "a name that is none of a package",
      args: ["app.tgz", "--key", "alice.key"],
      says: /is not a package name/,
    },
    { what: "no file", args: ["app.v2.tar.gz", "--key", "alice.key"], says: /cannot read app.v2.tar.gz/ },
    {
      what: "a date that is over",
      args: ["app.v1.tar.gz", "--key", "alice.key", "--expires", "2020-01-01"],
      says: /--expires: 2020-01-01T00:00:00Z is over/,
    },
    {
      what: "an expiry that is no time",
      args: ["app.v1.tar.gz", "--key", "alice.key", "--expires", "soon"],
      says: /'soon' is neither 90d nor 2027-01-31/,
    },
    {
      what: "a floor above the sequence",
      args: ["app.v1.tar.gz", "--key", "alice.key", "--sequence", "1", "--floor", "2"],
      says: /--floor: 2 is above the sequence, which is 1/,
    },
    {
      what: "another statement for a package that is signed",
      args: ["signed.v1.tar.gz", "--key", "alice.key", "--sequence", "1"],
      says: /--sequence: the package is signed already; --renew/,
    },
    {
      what: "a signature beside one that is inside",
      args: ["signed.v1.tar.gz", "--key", "alice.key", "--detached"],
      says: /--detached: the package has a signature inside/,
    },
    {
      what: "a signed package under another name",
      args: ["renamed.v1.tar.gz", "--key", "alice.key"],
      says: /is for another package; --renew makes a new one/,
    },
  ])("refuse $what, and leave the package as it is", async ({ args, says }) => {
    const desk = await Desk.with("alice");
    copyFileSync(desk.path(desk.putPackage()), desk.path("signed.v1.tar.gz"));
    await desk.keys("sign", "signed.v1.tar.gz", "--key", "alice.key");
    copyFileSync(desk.path("signed.v1.tar.gz"), desk.path("renamed.v1.tar.gz"));
    const names = ["app.v1.tar.gz", "signed.v1.tar.gz", "renamed.v1.tar.gz"];
    const before = names.map((name) => readFileSync(desk.path(name)));
    expect(await desk.keys("sign", ...args)).toMatch(says);
    expect(names.map((name) => readFileSync(desk.path(name)))).toEqual(before);
  });

  test("say what is wrong: no signature, another key, another name, a changed byte", async () => {
    const desk = await Desk.with("alice", "bob");
    const name = desk.putPackage();
    expect(await desk.keys("verify", name)).toMatch(/no key is trusted here; name one with --trust FILE.pub/);
    expect(await desk.keys("verify", name, "--trust", "alice.pub")).toMatch(/^gwe: app.v1.tar.gz is not signed/);
    await desk.keys("sign", name, "--key", "alice.key");
    expect(await desk.keys("verify", name, "--trust", "bob.pub")).toMatch(/those that signed it are not trusted here/);
    copyFileSync(desk.path(name), desk.path("app.v2.tar.gz"));
    expect(await desk.keys("verify", "app.v2.tar.gz", "--trust", "alice.pub")).toMatch(/it is for "app.v1.tar.gz"/);
    const bytes = readFileSync(desk.path(name));
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    writeFileSync(desk.path(name), bytes);
    expect(await desk.keys("verify", name, "--trust", "alice.pub")).toMatch(/it is for the SHA-256 [0-9a-f]{64}, and/);
  });
});

describe("gwe keys rotate", () => {
  test("makes a statement that old and new keys sign, and that gateways take from a file or within a package", async () => {
    const desk = await Desk.with("alice", "bob");
    await desk.keys("trust", "alice.pub");
    await desk.keys("trust", "alice.pub", "--trust-dir", "laptop");
    const started = await desk.keys(
      "rotate",
      "--key",
      "bob.key",
      "--add",
      "bob.pub",
      "--revoke",
      "alice",
      "--trust-dir",
      "laptop",
    );
    expect(started).toMatch(/^root.v2.json: 1 of 1 keys must sign; version 2/);
    expect(started).toMatch(
      /is not complete: .* 1 of the trusted keys, and has 0; gwe keys sign root.v2.json --key FILE/,
    );
    expect(await desk.keys("trust", "root.v2.json")).toMatch(/^gwe: root.v2.json: version 2 .* does not hold/);
    expect(await desk.keys("sign", "root.v2.json", "--key", "alice.key")).toBe(
      "root.v2.json: version 2, 2 signatures\n",
    );

    const name = desk.putPackage();
    await desk.keys("sign", name, "--key", "bob.key", "--rotation", "root.v2.json");
    expect(await desk.keys("verify", name)).toMatch(/signed by bob, .* with version 2 of the trusted keys/);

    expect(await desk.keys("trust", "root.v2.json")).toMatch(/^1 of 1 keys must sign; version 2/);
    expect(await desk.keys("trust", "root.v2.json")).toMatch(/it is no newer than version 2, which is trusted/);
    await desk.keys("sign", name, "--key", "alice.key", "--renew");
    expect(await desk.keys("verify", name)).toMatch(/1 of the 1 .*, and 0 did; one that signed it is revoked/);
  });

  test("makes the first statement too, for gateways that trust nobody yet", async () => {
    const desk = await Desk.with("alice", "bob");
    const add = ["--add", "alice.pub", "--add", "bob.pub", "--threshold", "2"];
    await desk.keys(
      "rotate",
      "--key",
      "alice.key",
      "--key",
      "bob.key",
      ...add,
      "--out",
      "first.json",
      "--expires",
      "52w",
    );
    expect(await desk.keys("trust", "first.json")).toMatch(/^2 of 2 keys must sign; version 1, of .*, until 20/);
  });
});

test("gwe --check-tarball says who signed", async () => {
  const gateway = new TestGateway();
  onTestFinished(() => gateway.remove());
  const { fileName, bytes } = goodPackage();
  writeFileSync(join(gateway.folder, fileName), bytes);
  await gateway.gwe("keys", "init", "alice");
  expect((await gateway.gwe("keys", "sign", fileName, "--key", "alice.key")).status).toBe(0);
  expect((await gateway.gwe("--check-tarball", fileName)).stdout).toMatch(
    /\n\[WARN\] signature: .* no key is trusted here/,
  );
  await gateway.gwe("keys", "trust", "alice.pub");
  expect(await gateway.gwe("--check-tarball", fileName)).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/\n\[PASS\] signature: signed by alice, sequence \d+, on /),
  });
  await gateway.gwe("keys", "revoke", "alice");
  expect(await gateway.gwe("--check-tarball", fileName)).toMatchObject({
    status: 1,
    stdout: expect.stringMatching(/\n\[FAIL\] signature: .* one that signed it is revoked/),
  });
});
