/** The demo from its first process to its last. */
import { CancelledError, TransportError } from "@gateway-engine/core/errors";
import { systemClock } from "@gateway-engine/platform/clock";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import { FleetClient } from "./fleet-client.ts";
import { assertPortFree, DemoFolder } from "./folder.ts";
import { DemoGateway } from "./gateway.ts";
import { type Program, startProgram, stopAll } from "./program.ts";
import { Timeline } from "./timeline.ts";

export interface DemoOptions {
  /** Where the data is kept. */
  readonly path: string;
  readonly fresh: boolean;
  readonly port: number;
  readonly queuePort: number;
  readonly mqttPort: number;
}

export const PRODUCT = "demo";
export const IDENTITY = "demo-gateway";
/** The example application, and the alias that it writes. */
export const ALIAS = "sine";

/** How long each step may take before the demo gives up and says where to look, in milliseconds. */
const STEP_LIMIT_MS = 60_000;

export async function runDemo(options: DemoOptions, signal: AbortSignal): Promise<void> {
  const folder = await DemoFolder.open({ ...options, signal });
  await assertPortFree(options.port, "--port");
  await assertPortFree(options.queuePort, "--queue-port");

  const running: Program[] = [];
  const http = createHttpClient();
  try {
    const timeline = new Timeline((line) => process.stdout.write(line));
    const server = `http://127.0.0.1:${options.port}`;
    running.push(await startFleet(folder, options.port, signal));
    await timeline.say("fleet server", `ready at ${server}`);
    const fleet = new FleetClient({ http, server, token: folder.readAdminToken(), signal });
    const { queuePort, mqttPort } = options;
    const gateway = new DemoGateway({ folder, http, server, queuePort, mqttPort, signal });

    await fleet.ensureProduct(PRODUCT);
    await fleet.defineResource(PRODUCT, ALIAS);
    await fleet.ensureIdentity(PRODUCT, IDENTITY, await gateway.hasCik());
    timeline.follow(fleet.events(PRODUCT, IDENTITY));
    gateway.configure(PRODUCT, IDENTITY);
    running.push(await gateway.startSupervisor());
    await timeline.say("supervisord", "starts gwe and gmq");
    timeline.follow(gateway.journal());

    const logs = `${folder.path}/*.log and ${folder.gatewayRoot}/var/log/*.log`;
    const step = (what: string, reached: () => Promise<boolean>) =>
      waitFor({ what, reached, progress: () => timeline.advance(), programs: running, logs, signal });
    await step("the gateway to activate", async () => (await gateway.status())?.activated === true);
    if (!(await gateway.isInstalled(ALIAS))) {
      const packageFile = gateway.buildExample(ALIAS);
      await timeline.say("gwe --build-app", `made ${packageFile.name}`);
      await fleet.uploadContent(PRODUCT, packageFile);
      await timeline.say("fleet server", `${packageFile.name} is in the content area of product ${PRODUCT}`);
      await fleet.orderInstall(PRODUCT, IDENTITY, packageFile.name);
      await step(`${packageFile.name} to be installed`, () => gateway.isInstalled(ALIAS));
    }
    const since = timeline.startedAt * 1000;
    await step("a value of the application", async () => (await fleet.newestValueAt(PRODUCT, IDENTITY, ALIAS)) > since);
    await timeline.advance();
    process.stdout.write("values are arriving\n");
    process.stdout.write(nextSteps(folder, server, options));
    await untilAborted(signal, running);
  } finally {
    http.close();
    if (running.length > 0) process.stdout.write("\nEnding every process ...\n");
    await stopAll(running.reverse());
    folder.forgetPrograms();
  }
  process.stdout.write(`Ended. The data is kept in ${folder.path}.\n`);
}

async function startFleet(folder: DemoFolder, port: number, signal: AbortSignal): Promise<Program> {
  const program = startProgram(folder, {
    name: "gwe-fleet",
    args: ["--data", folder.fleetData, "--listen", `127.0.0.1:${port}`],
    env: {},
  });
  await program.untilOutput(/is listening on/, STEP_LIMIT_MS, signal);
  return program;
}

interface Step {
  readonly what: string;
  readonly reached: () => Promise<boolean>;
  readonly progress: () => Promise<void>;
  readonly programs: readonly Program[];
  readonly logs: string;
  readonly signal: AbortSignal;
}

async function waitFor(step: Step): Promise<void> {
  const start = systemClock.monotonic();
  while (!(await step.reached())) {
    for (const program of step.programs) program.assertRunning();
    if (systemClock.monotonic() - start > STEP_LIMIT_MS) {
      throw new TransportError("E_TIMEOUT", {
        what: `waiting for ${step.what} (the logs are ${step.logs})`,
        timeoutMs: STEP_LIMIT_MS,
      });
    }
    await step.progress();
    await systemClock.sleep(200, step.signal);
  }
}

async function untilAborted(signal: AbortSignal, programs: readonly Program[]): Promise<void> {
  try {
    for (;;) {
      await systemClock.sleep(500, signal);
      for (const program of programs) program.assertRunning();
    }
  } catch (error) {
    if (!(error instanceof CancelledError)) throw error;
  }
}

function nextSteps(folder: DemoFolder, server: string, { queuePort, mqttPort }: DemoOptions): string {
  const root = `GWE_ROOT=${quote(folder.gatewayRoot)}`;
  const program = (name: string) => quote(folder.launcher(name));
  const values = `${server}/api/v1/products/${PRODUCT}/identities/${IDENTITY}/values/${ALIAS}`;
  return `
  fleet server   ${server}
  local queue    http://127.0.0.1:${queuePort}, mqtt://127.0.0.1:${mqttPort}
  gateway        ${folder.gatewayRoot}

Try in another terminal:
  ${root} ${program("supervisorctl")} status
  ${root} ${program("gwe")} --gateway-cfg
  curl -s -H "Authorization: Bearer $(cat ${quote(folder.adminToken)})" ${values}

Ctrl-C ends every process and keeps the data; npm start -- --fresh begins again.
`;
}

/** For a shell, only where it needs quotes. */
function quote(text: string): string {
  return /^[\w./:@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
