/// <reference lib="esnext.disposable" />
/** An install that fails where no layers are wanted, with the real engine: taken back by scripts, or said what was not. */
import { type GoodPackageOptions, goodPackage, longRunningPackage } from "@gateway-engine/testkit/package-fixtures";
import { expect, test } from "vitest";
import { Cloud } from "../../support/cloud.ts";
import { Gateway } from "../../support/gateway.ts";

const MANIFEST = { path: "gwe.json", content: '{"undo": "script"}' };

/** Says in a file which version is there, and in another which scripts ran. */
const INSTALL = `mkdir -p "$GWE_ROOT/opt"; echo $GWE_APP_VERSION > "$GWE_ROOT/opt/version"; echo "$0 $GWE_APP_VERSION after \${GWE_PREVIOUS_VERSION:-none}" >> "$GWE_DATA_DIR/ran"`;
const UNINSTALL = `rm "$GWE_ROOT/opt/version"; echo "$0 $GWE_APP_VERSION after \${GWE_PREVIOUS_VERSION:-none}" >> "$GWE_DATA_DIR/ran"`;

interface Outcome {
  readonly results: Cloud["results"];
  readonly version: string;
  /** The scripts in the order in which they ran. */
  readonly ran: readonly string[];
  readonly root: string;
}

async function install(...packages: readonly { fileName: string; bytes: Uint8Array }[]): Promise<Outcome> {
  await using cloud = await Cloud.start();
  await using gateway = await Gateway.make({ server: cloud.url });
  for (const { fileName, bytes } of packages) cloud.content.set(fileName, bytes);
  cloud.orderInstall(...packages.map(({ fileName }) => fileName));
  gateway.start();
  await cloud.result(packages.length);
  const ran = (await gateway.read("var/lib/gateway-engine/data/app/ran")).replaceAll(/\S+\/(\w+\.sh)/g, "$1");
  return {
    results: cloud.results,
    version: await gateway.read("opt/version"),
    ran: ran.split("\n").filter((line) => line !== ""),
    root: gateway.paths.root,
  };
}

function application({ others = [], ...options }: GoodPackageOptions): ReturnType<typeof goodPackage> {
  return longRunningPackage({ install: INSTALL, others: [MANIFEST, ...others], ...options });
}

function uninstallScript(body: string): { path: string; mode: number; content: string } {
  return { path: "uninstall.sh", mode: 0o755, content: `#!/bin/sh\n${body}\n` };
}

test("without uninstall.sh, the script of the version before runs again", async () => {
  const { results, version, ran } = await install(
    application({ version: "1" }),
    application({ version: "2", install: `${INSTALL}; exit 3` }),
  );
  expect(results[1]).toMatchObject({ status: "failed", state: "rolled-back", code: "E_INSTALL_SCRIPT" });
  expect(results[1]).not.toHaveProperty("not_restored");
  expect(version).toBe("1\n");
  expect(ran).toEqual(["install.sh 1 after none", "install.sh 2 after 1", "install.sh 1 after 2"]);
});

test("uninstall.sh of the release that failed runs first", async () => {
  const { version, ran } = await install(
    application({ version: "1" }),
    application({ version: "2", install: `${INSTALL}; exit 3`, others: [uninstallScript(UNINSTALL)] }),
  );
  expect(version).toBe("1\n");
  expect(ran.slice(1)).toEqual(["install.sh 2 after 1", "uninstall.sh 2 after 1", "install.sh 1 after 2"]);
});

test("where there is neither, the report names the files that the script changed", async () => {
  const { results, root } = await install(application({ version: "1", install: `${INSTALL}; exit 3` }));
  expect(results[0]).toMatchObject({ status: "failed", state: "failed" });
  expect(results[0]?.not_restored).toEqual([
    `${root}/opt/version: changed by the script, and not put back: neither has the release an uninstall.sh, nor is there a release before it to install again`,
  ]);
});

test("what the version before does not put back is named: files that were made, changed and removed, and a folder's mode", async () => {
  const prepare =
    'mkdir -p "$GWE_ROOT/srv/d"; for name in changed gone d/in; do echo old > "$GWE_ROOT/srv/$name"; done';
  const spoil = 'cd "$GWE_ROOT/srv"; echo new >> changed; rm gone; rm -r d; mkdir d; touch d/made; chmod 700 .; exit 3';
  const { results, root, version } = await install(
    goodPackage({ name: "others", version: "1", install: prepare }),
    application({ version: "1" }),
    application({ version: "2", install: `${INSTALL}; ${spoil}` }),
  );
  const why = "changed by the script, and not put back: install.sh of version 1 left it so";
  const names = ["srv/", "srv/changed", "srv/d/in", "srv/d/made", "srv/gone"];
  expect(version).toBe("1\n");
  expect(results[2]?.not_restored).toEqual(names.map((name) => `${root}/${name}: ${why}`));
});

test("an uninstall.sh that fails is the reason in that list", async () => {
  const { results, root } = await install(
    application({ version: "1", install: `${INSTALL}; exit 3`, others: [uninstallScript("exit 9")] }),
  );
  expect(results[0]?.not_restored).toEqual([
    expect.stringMatching(
      `^${root}/opt/version: .* uninstall.sh of app.v1.tar.gz failed: it ended with exit status 9$`,
    ),
  ]);
});

test("an uninstall.sh that ends the engine does so three times; then the rollback goes on without it", {
  timeout: 60_000,
}, async () => {
  await using cloud = await Cloud.start();
  await using gateway = await Gateway.make({ server: cloud.url });
  const others = [uninstallScript('echo ran >> "$GWE_DATA_DIR/ends"; kill -9 $PPID; exec sleep 100')];
  for (const { fileName, bytes } of [
    application({ version: "1" }),
    application({ version: "2", install: `${INSTALL}; exit 3`, others }),
  ]) {
    cloud.content.set(fileName, bytes);
  }
  cloud.orderInstall("app.v1.tar.gz", "app.v2.tar.gz");
  for (let end = 1; end <= 3; end += 1) expect(await gateway.run()).toBeNull();
  gateway.start();
  expect(await cloud.result(2)).toMatchObject({ status: "failed", state: "rolled-back", code: "E_INSTALL_SCRIPT" });
  expect(cloud.results[1]?.not_restored).toEqual([
    expect.stringContaining("the engine ended again and again while the scripts ran"),
  ]);
  expect(await gateway.read("var/lib/gateway-engine/data/app/ends")).toBe("ran\n".repeat(3));
});

test("a one-off that failed does not make the one before it run again", async () => {
  const { ran } = await install(
    goodPackage({ version: "1", install: INSTALL }),
    goodPackage({ version: "2", install: `${INSTALL}; exit 3` }),
  );
  expect(ran.map((line) => line.slice(0, 12))).toEqual(["install.sh 1", "install.sh 2"]);
});
