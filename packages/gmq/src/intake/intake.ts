/**
 * What the queue answers to its clients. An answer of 204 to a write or a record means: it is on disk.
 *
 * @see docs/reference/gmq.md
 */
import type { Clock } from "@gateway-engine/core/clock";
import { describeError, GatewayEngineError } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import type { Result } from "@gateway-engine/core/result";
import { DEVICE_API_PATHS } from "@gateway-engine/protocol/device-api";
import { type ByteString, parseForm } from "@gateway-engine/protocol/form";
import { GMQ_CONTROL_PATHS, type QueueStatusAnswer } from "@gateway-engine/protocol/local-control";
import type { Credentials } from "../identity/credentials.ts";
import type { Submission } from "../spool/message.ts";
import type { Spool } from "../spool/spool.ts";
import { deviceOfSender } from "./device-of-sender.ts";
import { parseRecordOf, parseWrite, type Refusal, type SubmittedBody } from "./parse-submission.ts";
import { identifySender } from "./sender.ts";
import { parseWorth } from "./worth.ts";

export interface IntakeDeps {
  readonly spool: Pick<Spool, "deviceOf" | "deviceOfCik" | "findByCik">;
  readonly credentials: Pick<Credentials, "gatewayWithCik" | "known" | "offer" | "request">;
  /** Resolves when the message is on disk. */
  readonly accept: (device: number, submission: Submission) => Promise<void>;
  readonly status: () => Promise<QueueStatusAnswer>;
  readonly reread: () => Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface IntakeRequest {
  readonly method: string;
  /** Without the query, as it was sent. */
  readonly path: string;
  /** The headers X-Exosite-VMS and X-Exosite-CIK. */
  readonly vms: string | undefined;
  readonly cik: string | undefined;
  /** The headers X-Gateway-Engine-Priority and X-Gateway-Engine-TTL. */
  readonly priority: string | undefined;
  readonly ttl: string | undefined;
  readonly body: ByteString;
}

export interface IntakeAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Empty: none. */
  readonly body: string;
}

const NO_CONTENT: IntakeAnswer = { status: 204, body: "" };

/** What a client is asked to wait while the disk takes nothing, in seconds. */
const RETRY_AFTER_SECONDS = 10;

export class Intake {
  readonly #deps: IntakeDeps;

  constructor(deps: IntakeDeps) {
    this.#deps = deps;
  }

  /** Every failure is an answer. */
  async answer(request: IntakeRequest): Promise<IntakeAnswer> {
    try {
      return await this.#route(request);
    } catch (error) {
      const problem = describeError(error);
      this.#deps.log.error(`${request.method} ${request.path}: ${problem}`);
      if (!(error instanceof GatewayEngineError)) return text(500, "internal error");
      if (error.kind === "configuration") return text(400, problem);
      const status = error.code === "E_DISK_FULL" ? 507 : 503;
      return later(status, problem, RETRY_AFTER_SECONDS);
    }
  }

  #route(request: IntakeRequest): IntakeAnswer | Promise<IntakeAnswer> {
    const { method, path } = request;
    if (path === GMQ_CONTROL_PATHS.status && method === "GET") return this.#status();
    const wanted = path === GMQ_CONTROL_PATHS.status ? "GET" : "POST";
    if (path.startsWith(`${DEVICE_API_PATHS.alias}/`)) return allow(method, wanted) ?? this.#record(request);
    switch (path) {
      case DEVICE_API_PATHS.alias:
        return allow(method, wanted) ?? this.#accept(request, parseWrite(request.body));
      case DEVICE_API_PATHS.activate:
        return allow(method, wanted) ?? this.#activate(request.body);
      case GMQ_CONTROL_PATHS.reread:
        return allow(method, wanted) ?? this.#reread();
      case GMQ_CONTROL_PATHS.status:
        return allow(method, wanted) ?? this.#status();
      default:
        return text(404, `gmq has no ${excerpt(path)}; it takes POST ${Object.values(TAKEN).join(", ")}`);
    }
  }

  #record(request: IntakeRequest): IntakeAnswer | Promise<IntakeAnswer> {
    const alias = decodePath(request.path.slice(DEVICE_API_PATHS.alias.length + 1));
    if (alias === undefined || alias === "") return text(400, "the path does not end in an alias");
    return this.#accept(request, parseRecordOf(alias, request.body, this.#deps.clock.now() / 1000));
  }

  async #accept(request: IntakeRequest, submission: Result<SubmittedBody, Refusal>): Promise<IntakeAnswer> {
    const sender = identifySender(request.vms, request.cik);
    if (!sender.ok) return text(sender.problem.status, sender.problem.problem);
    if (!submission.ok) return text(submission.problem.status, submission.problem.problem);
    const worth = parseWorth(request.priority, request.ttl);
    if (!worth.ok) return text(400, worth.problem);
    const { id } = await deviceOfSender(this.#deps, sender.value);
    await this.#deps.accept(id, { ...submission.value, ...worth.value });
    return NO_CONTENT;
  }

  async #activate(body: ByteString): Promise<IntakeAnswer> {
    const form = new Map(parseForm(Buffer.from(body, "latin1")).map(({ name, value }) => [name, value]));
    const [vendor = "", model = "", serial = ""] = [form.get("vendor"), form.get("model"), form.get("sn")];
    const isWord = (value: string) => /^\S+$/.test(value);
    if (!isWord(vendor) || !isWord(model) || serial.trim() === "") {
      return text(400, "expected vendor=<vendor>&model=<model>&sn=<serial number>");
    }
    const { spool, credentials } = this.#deps;
    const device = spool.deviceOf({ vendor, model, serial });
    const cik = await credentials.known(device.id);
    if (cik !== undefined) return { status: 200, headers: PLAIN_TEXT, body: cik };
    credentials.request(device.id);
    return NO_CONTENT;
  }

  async #status(): Promise<IntakeAnswer> {
    const headers = { "Content-Type": "application/json; charset=utf-8" };
    return { status: 200, headers, body: `${JSON.stringify(await this.#deps.status())}\n` };
  }

  async #reread(): Promise<IntakeAnswer> {
    await this.#deps.reread();
    return NO_CONTENT;
  }
}

const PLAIN_TEXT = { "Content-Type": "text/plain; charset=utf-8" } as const;

const TAKEN = {
  write: DEVICE_API_PATHS.alias,
  record: `${DEVICE_API_PATHS.alias}/<alias>`,
  activate: DEVICE_API_PATHS.activate,
  reread: GMQ_CONTROL_PATHS.reread,
} as const;

export function text(status: number, problem: string): IntakeAnswer {
  return { status, headers: PLAIN_TEXT, body: `${problem}\n` };
}

/** @param seconds after which it may be sent again */
export function later(status: 503 | 507, problem: string, seconds: number): IntakeAnswer {
  return { ...text(status, problem), headers: { ...PLAIN_TEXT, "Retry-After": String(seconds) } };
}

function allow(method: string, wanted: string): IntakeAnswer | undefined {
  if (method === wanted) return undefined;
  const hint = method === "GET" ? "; the queue takes data in, reads and long polls go to the server itself" : "";
  return { ...text(405, `only ${wanted} is answered here${hint}`), headers: { ...PLAIN_TEXT, Allow: wanted } };
}

function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

function excerpt(path: string): string {
  return path.length <= 60 ? path : `${path.slice(0, 60)}...`;
}
