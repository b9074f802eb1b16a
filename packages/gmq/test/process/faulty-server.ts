/** A Device API server that meets each device's first records with what no honest server would do, and then works. */
import { parseRecord } from "@gateway-engine/protocol/device-api";
import { parseForm } from "@gateway-engine/protocol/form";
import { parseSequence } from "@gateway-engine/protocol/sequence";
import {
  answer,
  type Reply,
  type ScriptedHttpServer,
  type SeenRequest,
  startScriptedHttpServer,
} from "@gateway-engine/testkit/scripted-http-server";

export interface FaultyServer {
  readonly http: ScriptedHttpServer;
  /** From now on the next records of the device with this serial number are answered so, one after the other. */
  fault(serial: string, ...replies: readonly Reply[]): void;
  /** What the device has got through, in order. */
  valuesOf(serial: string): readonly string[];
  /** How often it was refused or disappointed. */
  faultsOf(serial: string): number;
}

export async function startFaultyServer(): Promise<FaultyServer> {
  const devices = new Map<string, Device>();
  const named = (serial: string) => {
    const known = devices.get(serial) ?? new Device();
    devices.set(serial, known);
    return known;
  };
  const http = await startScriptedHttpServer((request) => {
    if (request.target === "/provision/activate") {
      const form = new Map(parseForm(request.body).map(({ name, value }) => [name, value]));
      return answer({ body: cikOf(form.get("sn") ?? "") });
    }
    const serial = (request.headers["x-exosite-cik"] ?? "").replace(/^_*/, "");
    return named(serial).answer(request);
  });
  return {
    http,
    fault: (serial, ...replies) => void named(serial).faults.push(...replies),
    valuesOf: (serial) => named(serial).values,
    faultsOf: (serial) => named(serial).faulted,
  };
}

function cikOf(serial: string): string {
  return serial.padStart(40, "_");
}

class Device {
  readonly faults: Reply[] = [];
  readonly values: string[] = [];
  faulted = 0;
  #last = 0;

  answer({ headers, body }: SeenRequest): Reply {
    const fault = this.faults.shift();
    if (fault !== undefined) {
      this.faulted += 1;
      return fault;
    }
    const sequence = parseSequence(headers["x-gateway-engine-sequence"] ?? "");
    const points = parseRecord(body);
    if (!sequence.ok || points === undefined) return answer({ status: 500 });
    const { first, last } = sequence.value;
    for (const { value } of points.slice(Math.max(0, this.#last - first + 1)))
      this.values.push(Buffer.from(value).toString());
    this.#last = Math.max(this.#last, last);
    return answer({ status: 204 });
  }
}
