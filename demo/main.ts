/** `npm start`: a fleet server and a gateway on this machine, and an application installed over the air. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import {
  CancelledError,
  describeError,
  exitCodeFor,
  failureText,
  GatewayEngineError,
  UsageError,
} from "@gateway-engine/core/errors";
import { abortOnSignals } from "@gateway-engine/platform/signals";
import { type DemoOptions, runDemo } from "./demo.ts";
import { DEMO_FOLDER } from "./folder.ts";

const USAGE = `usage: npm start [-- [--fresh] [--data DIR] [--port PORT] [--queue-port PORT] [--mqtt-port PORT]]

  --fresh             delete the demo's data first and begin again
  --data DIR          folder for the demo's data (.gwe-demo in the repository)
  --port PORT         port of the fleet server on 127.0.0.1 (8080)
  --queue-port PORT   port of the gateway's local queue on 127.0.0.1 (8090)
  --mqtt-port PORT    port of the same queue for MQTT (1883); taken, the queue does without
  -h, --help          show this help
`;

function readOptions(args: string[]): DemoOptions | "help" {
  try {
    const { values } = parseArgs({
      args,
      options: {
        fresh: { type: "boolean", default: false },
        data: { type: "string", default: DEMO_FOLDER },
        port: { type: "string", default: "8080" },
        "queue-port": { type: "string", default: "8090" },
        "mqtt-port": { type: "string", default: "1883" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (values.help) return "help";
    return {
      path: resolve(values.data),
      fresh: values.fresh,
      port: readPort("--port", values.port),
      queuePort: readPort("--queue-port", values["queue-port"]),
      mqttPort: readPort("--mqtt-port", values["mqtt-port"]),
    };
  } catch (cause) {
    if (cause instanceof GatewayEngineError) throw cause;
    throw new UsageError("E_USAGE", { problem: describeError(cause) }, { cause });
  }
}

function readPort(option: string, text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new UsageError("E_USAGE", { problem: `${option} is ${text}, but must be a port number from 1 to 65535` });
}

// A reader that went away must not keep us from ending what we started.
process.stdout.on("error", () => {});

try {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") process.stdout.write(USAGE);
  else await runDemo(options, abortOnSignals(["SIGINT", "SIGTERM", "SIGHUP"]));
} catch (error) {
  if (!(error instanceof CancelledError)) {
    process.stderr.write(failureText("npm start", error));
    process.exitCode = exitCodeFor(error);
  }
}
