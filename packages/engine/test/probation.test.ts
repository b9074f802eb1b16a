/** Probation of real programs under our supervisord, each run by a real engine. */
import { createServer } from "node:http";
import { createServer as createTcpServer, type Server } from "node:net";
import { goodPackage, type PackageFixture } from "@gateway-engine/testkit/package-fixtures";
import { describe, expect, test } from "vitest";
import { Cloud } from "./support/cloud.ts";
import { Gateway } from "./support/gateway.ts";
import { Supervisord } from "./support/supervisord.ts";

interface AppOptions {
  /** Of run.sh, after `#!/bin/sh`. */
  readonly program: string;
  /** Further lines of supervisor.conf. */
  readonly conf?: string;
  readonly manifest?: unknown;
  readonly files?: Readonly<Record<string, string>>;
}

/** An application whose program is the shell script `run.sh` of its release. */
function app(version: string, { program, conf = "", manifest, files = {} }: AppOptions): PackageFixture {
  const scripts = { "run.sh": program, ...files };
  return goodPackage({
    name: "ticker",
    version,
    install: 'sed -i "s|RELEASE|$GWE_RELEASE_DIR|" supervisor.conf',
    supervisorConf: `[supervisord]\ncommand = RELEASE/run.sh\nstartsecs = 0\n${conf}`,
    others: [
      ...Object.entries(scripts).map(([path, body]) => ({ path, mode: 0o755, content: `#!/bin/sh\n${body}\n` })),
      ...(manifest === undefined ? [] : [{ path: "gwe.json", content: JSON.stringify(manifest) }]),
    ],
  });
}

const SLEEPS = "echo version $GWE_APP_VERSION sleeps; exec sleep 100000";

interface Scene extends AsyncDisposable {
  readonly cloud: Cloud;
  readonly gateway: Gateway;
  readonly supervisord: Supervisord;
  /** Installs a package. @returns its result */
  install(fixture: PackageFixture): ReturnType<Cloud["result"]>;
}

async function scene(): Promise<Scene> {
  const cloud = await Cloud.start();
  const gateway = await Gateway.make({ server: cloud.url });
  const supervisord = await Supervisord.start(gateway);
  gateway.start();
  return {
    cloud,
    gateway,
    supervisord,
    install: (fixture) => {
      cloud.content.set(fixture.fileName, fixture.bytes);
      cloud.orderInstall(fixture.fileName);
      return cloud.result(cloud.results.length + 1);
    },
    [Symbol.asyncDispose]: async () => {
      await gateway.stop();
      await supervisord[Symbol.asyncDispose]();
      await gateway[Symbol.asyncDispose]();
      await cloud[Symbol.asyncDispose]();
    },
  };
}

/** The one program, as long as it does what version 1 does. */
async function runningVersion({ supervisord, gateway }: Scene) {
  const [program] = await supervisord.programs();
  const conf = await gateway.read("etc/supervisor/conf.d/ticker.conf");
  return { statename: program?.statename, version: /apps\/ticker\/([^/]+)\//.exec(conf)?.[1] };
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

const PASSED: readonly (readonly [title: string, options: AppOptions])[] = [
  ["runs on", { program: SLEEPS, manifest: { probation: 0.5 } }],
  ["does its work and ends as it is meant to", { program: "exit 0", manifest: { probation: 0.5 } }],
  ["is not meant to start", { program: SLEEPS, conf: "autostart = false\n", manifest: { probation: 0.5 } }],
  [
    "ends with a status that is expected",
    { program: "exit 3", conf: "exitcodes = 0,3\n", manifest: { probation: 0.5 } },
  ],
  [
    "becomes healthy after a while",
    {
      program: `(sleep 0.6; touch "$0.ready") & ${SLEEPS}`,
      files: { "check.sh": 'test -e "$GWE_RELEASE_DIR/run.sh.ready"' },
      manifest: { probation: 0.2, health: { command: ["./check.sh"], interval: 0.2 } },
    },
  ],
  ["needs the server, which answers", { program: SLEEPS, manifest: { probation: 0, needs_server: true } }],
];

const FAILED: readonly (readonly [title: string, options: AppOptions, code: string, reason: string, log?: string])[] = [
  [
    "ends again and again",
    { program: 'echo "no database at $0"; exit 7', conf: "autorestart = true\n", manifest: { probation: 30 } },
    "E_PROBATION",
    "ticker was started again 4 times",
    "no database at",
  ],
  [
    "cannot be started",
    { program: "echo alas; exit 1", conf: "startsecs = 1\nstartretries = 0\n", manifest: { probation: 30 } },
    "E_PROBATION",
    "ticker could not be started: Exited too quickly",
    "alas",
  ],
  [
    "ends unexpectedly and is not started again",
    { program: "echo alas; exit 9", conf: "autorestart = false\n", manifest: { probation: 30 } },
    "E_PROBATION",
    "ticker ended with exit status 9",
    "alas",
  ],
  [
    "never becomes healthy",
    {
      program: SLEEPS,
      files: { "check.sh": "echo no sensor; exit 4" },
      manifest: { probation: 0.5, health: { command: ["./check.sh"], interval: 0.1, timeout: 0.2 } },
    },
    "E_HEALTH",
    'ended with exit status 4 and said "no sensor"',
    "sleeps",
  ],
  [
    "is well and then no more",
    {
      program: `(sleep 0.5; touch "$0.broken") & ${SLEEPS}`,
      files: { "check.sh": '! test -e "$GWE_RELEASE_DIR/run.sh.broken"' },
      manifest: { probation: 30, health: { command: ["./check.sh"], interval: 0.1 } },
    },
    "E_HEALTH",
    "it was well, then ",
    "sleeps",
  ],
];

describe.concurrent("a new version", { timeout: 90_000 }, () => {
  test("is trusted when its program is as it should be", async () => {
    await using stage = await scene();
    for (const [index, [title, options]] of PASSED.entries()) {
      const result = await stage.install(app(String(index + 1), options));
      expect(result, title).toMatchObject({ status: "ok", state: "committed" });
    }
  });

  test("is rolled back with the reason and its last log lines when it is not, and the old one runs again", async () => {
    await using stage = await scene();
    await stage.install(app("1", { program: SLEEPS }));
    for (const [index, [title, options, code, reason, log = ""]] of FAILED.entries()) {
      const result = await stage.install(app(String(index + 2), options));
      expect(result, title).toMatchObject({ status: "failed", code, state: "rolled-back" });
      expect(result.message).toContain(reason);
      expect(result.message).toContain("; version 1 stays in force");
      expect(result.log?.join("\n"), title).toContain(log);
      expect(await runningVersion(stage), title).toEqual({ statename: "RUNNING", version: "1" });
    }
  });

  test("is asked for its health over HTTP and TCP, and rolled back when the answer is an error", async () => {
    let status = 204;
    const web = createServer((_request, response) => response.writeHead(status).end());
    const plain = createTcpServer((socket) => socket.destroy());
    const [webPort, plainPort] = [await listening(web), await listening(plain)];
    await using stage = await scene();
    const health = {
      http: `http://127.0.0.1:${webPort}/health`,
      tcp: `127.0.0.1:${plainPort}`,
      interval: 0.1,
      timeout: 1,
    };
    const manifest = { probation: 0.3, health };
    expect(await stage.install(app("1", { program: SLEEPS, manifest }))).toMatchObject({ status: "ok" });
    status = 503;
    const sick = await stage.install(app("2", { program: SLEEPS, manifest }));
    expect(sick).toMatchObject({ code: "E_HEALTH", state: "rolled-back" });
    expect(sick.message).toContain("/health answered 503");
    status = 200;
    plain.close();
    const deaf = await stage.install(app("3", { program: SLEEPS, manifest }));
    expect(deaf.message).toContain(`127.0.0.1:${plainPort}: connection refused`);
    web.close();
  });

  test("leaves its data as they were before when they are to be put back, and as they are when not", async () => {
    await using stage = await scene();
    const writes = (word: string) =>
      `mkdir -p "$GWE_ROOT/srv/a" "$GWE_ROOT/srv/b"; echo ${word} > "$GWE_ROOT/srv/a/x"; echo ${word} > "$GWE_ROOT/srv/b/x"`;
    const hasWritten = { command: ["/bin/sh", "-c", 'test -s "$GWE_ROOT/srv/b/x"'], interval: 0.1 };
    const once = `test -e "$GWE_ROOT/srv/b/x" || { ${writes("old")}; }; ${SLEEPS}`;
    await stage.install(app("1", { program: once, manifest: { health: hasWritten } }));
    const data = [{ path: "/srv/a", on_rollback: "snapshot" }, { path: "/srv/b" }];
    const breaks = { program: `${writes("new")}; exit 1`, conf: "autorestart = false\n" };
    const result = await stage.install(app("2", { ...breaks, manifest: { data, probation: 30 } }));
    expect(result).toMatchObject({ code: "E_PROBATION", state: "rolled-back" });
    expect(await stage.gateway.read("srv/a/x")).toBe("old\n");
    expect(await stage.gateway.read("srv/b/x")).toBe("new\n");
    expect(await runningVersion(stage)).toEqual({ statename: "RUNNING", version: "1" });
  });

  test("is watched anew when the engine is killed in the middle, and judged all the same", async () => {
    await using stage = await scene();
    const { cloud, gateway } = stage;
    await stage.install(app("1", { program: SLEEPS }));
    const program = `sleep 1.5; test -e "$0.second" && exit 1; touch "$0.second"; ${SLEEPS}`;
    const slow = app("2", { program, conf: "autorestart = false\n", manifest: { probation: 2 } });
    const judged = stage.install(slow);
    await gateway.logged("ticker.v2.tar.gz: probation");
    await gateway.kill();
    const [before] = await stage.supervisord.programs();
    gateway.start();
    expect(await judged).toMatchObject({ status: "ok", state: "committed" });
    const [after] = await stage.supervisord.programs();
    expect({ pid: after?.pid, start: after?.start }).toEqual({ pid: before?.pid, start: before?.start });
    expect(cloud.results.filter(({ name }) => name === slow.fileName)).toHaveLength(1);
  });
});
