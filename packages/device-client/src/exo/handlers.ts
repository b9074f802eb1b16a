/** What the calls of ExositeAPI give back: the status, the body or a text in its place, and whether it went well. */
import { maskSecret } from "@gateway-engine/core/identifiers";
import { isCik, parseRecordConflict } from "@gateway-engine/protocol/device-api";
import { decodeFormText } from "@gateway-engine/protocol/form";
import { activationText, callText, pythonBoolean, pythonRepr } from "./texts.ts";

/** A server's answer; status 0 stands for none, with the reason as its body. */
export interface RawAnswer {
  readonly code: number;
  readonly body: string;
}

abstract class Handler {
  /** Status of the answer; 0 when there was none. */
  readonly code: number;
  readonly body: string;
  readonly success: boolean;

  constructor(code: number, body: string, success: boolean) {
    this.code = code;
    this.body = body;
    this.success = success;
    // console.log prints a handler as the original's Python does.
    Object.defineProperty(this, Symbol.for("nodejs.util.inspect.custom"), { value: () => this.toString() });
  }

  /** Whether the server took the device for what it says it is. */
  get authorized(): boolean {
    return this.code !== 401;
  }

  toString(): string {
    return `Response code: ${this.code}, Response body: ${pythonRepr(this.body)}, success: ${pythonBoolean(this.success)}`;
  }
}

export class WriteHandler extends Handler {
  constructor({ code, body }: RawAnswer) {
    const text = callText(code);
    const said = code === 401 || text === undefined ? text : `Response code: ${code} :: ${text}`;
    super(code, said ?? body, code === 200 || code === 204);
  }
}

/** Its body is decoded as a whole: `alias=value&alias=value`. `values` has them one by one. */
export class ReadHandler extends Handler {
  readonly values: ReadonlyMap<string, string>;

  constructor(answer: RawAnswer, values: ReadonlyMap<string, string>) {
    const { code, body } = answer;
    super(code, callText(code) ?? (code === 0 ? body : decodeFormText(body)), code === 200 || code === 204);
    this.values = values;
  }
}

export class RecordHandler extends WriteHandler {
  /** Whether points lie less than a second apart. */
  readonly conflict: boolean;
  readonly #conflicts: ReadonlyMap<string, readonly string[]>;

  constructor(answer: RawAnswer) {
    super(answer);
    this.conflict = answer.code === 409;
    this.#conflicts = this.conflict ? parseRecordConflict(answer.body) : new Map();
  }

  /** The timestamps that collide, by alias, in seconds since 1970. */
  getConflictTimestamps(): ReadonlyMap<string, readonly number[]> {
    return new Map(Array.from(this.#conflicts, ([alias, timestamps]) => [alias, timestamps.map(Number)]));
  }
}

export class ActivationHandler extends Handler {
  /** @param identity `<vendor>, <model>, <sn>` */
  constructor({ code, body }: RawAnswer, identity: string) {
    const text = activationText(code, identity) ?? body.trim();
    super(code, text, code === 200 && isCik(text));
  }

  /** Then `body` is the CIK, of which only the beginning is printed. */
  get activated(): boolean {
    return this.success;
  }

  override toString(): string {
    const { code, success } = this;
    const body = success ? maskSecret(this.body) : this.body;
    return `Response code: ${code}, Response body: ${pythonRepr(body)}, Activation success: ${pythonBoolean(success)}`;
  }
}

/** Of the clock and the content area: the body as it came. */
export class AnswerHandler extends Handler {
  constructor({ code, body }: RawAnswer) {
    super(code, body, code >= 200 && code < 300);
  }
}

/** A content or a part of one. */
export class ContentHandler extends AnswerHandler {
  readonly bytes: Uint8Array;

  constructor(code: number, bytes: Uint8Array, problem = "") {
    super({ code, body: problem === "" ? `${bytes.length} bytes` : problem });
    this.bytes = bytes;
  }
}
