/**
 * The class of the original's `exo.api`, over our client: no call throws because of the server or the line; what it gives
 * back says how it went.
 *
 * ```ts
 * const api = new ExositeAPI({ http }, { cik: "f1d4...", url: "192.168.10.242:443" });
 * const handler = await api.httpWrite("temperature", "21.5");
 * console.log(handler); // Response code: 204, Response body: '', success: True
 * ```
 *
 * @see docs/reference/device-client.md#exositeapi-and-device
 */
import { TransportError, UsageError } from "@gateway-engine/core/errors";
import type { HttpClient } from "@gateway-engine/core/http";
import { isThisMachine } from "@gateway-engine/core/proxy";
import {
  DEVICE_API_HEADERS,
  DEVICE_API_PATHS,
  encodeAliasRecord,
  encodeRecord,
  isCik,
  MAX_LONG_POLL_MS,
  type RecordPoint,
} from "@gateway-engine/protocol/device-api";
import { encodeForm, parseForm } from "@gateway-engine/protocol/form";
import { Exchange, type ExchangeRequest } from "../exchange.ts";
import { pathReading } from "../values.ts";
import {
  ActivationHandler,
  AnswerHandler,
  ContentHandler,
  type RawAnswer,
  ReadHandler,
  RecordHandler,
  WriteHandler,
} from "./handlers.ts";

export interface ExositeOptions {
  /** 40 characters; empty before the activation, and with a client certificate. */
  readonly cik?: string;
  /** An address such as `https://192.168.10.242`, or `host:port`: over https, on this machine and at port 80 over http. */
  readonly url: string;
  readonly userAgent?: string;
  /** Longest silence of the server; 15 s unless told. */
  readonly timeoutMs?: number;
  /** Ends every call that is under way. */
  readonly signal?: AbortSignal;
}

/** Values by alias. */
export type Values = Readonly<Record<string, string | number | Uint8Array>>;

const DEFAULT_TIMEOUT_MS = 15_000;
const MAX_CONTENT_BYTES = 64 * 1_048_576;
const MAX_ANSWER_BYTES = 16 * 1_048_576;

export class ExositeAPI {
  /** Whether the last call got an answer. */
  online = true;
  /** Private, so that an object which is printed does not show it. */
  #cik: string;
  #refusedCik = "";
  readonly #exchange: Exchange;
  readonly #signal: AbortSignal;

  constructor(deps: { readonly http: HttpClient }, options: ExositeOptions) {
    this.#cik = options.cik ?? "";
    this.#signal = options.signal ?? new AbortController().signal;
    this.#exchange = new Exchange({
      http: deps.http,
      server: addressOf(options.url),
      userAgent: options.userAgent ?? "device-client",
      timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      cik: () => this.cik,
      onRefused: (cik) => {
        this.#refusedCik = cik;
      },
    });
  }

  /** Of the device; empty before its activation. */
  get cik(): string {
    return this.#cik;
  }

  set cik(cik: string) {
    this.#cik = cik;
  }

  /** Whether it is a CIK, and one that the server has not refused so far. */
  protected isGoodCik(cik: string): boolean {
    return isCik(cik) && cik !== this.#refusedCik;
  }

  /** `http_write`: one value. */
  httpWrite(alias: string, value: Values[string]): Promise<WriteHandler> {
    return this.httpWriteMultiple({ [alias]: value });
  }

  /** `http_write_multiple`: values of several aliases, with one time. */
  async httpWriteMultiple(values: Values): Promise<WriteHandler> {
    const body = formOf(values);
    return new WriteHandler(await this.#call({ method: "POST", path: DEVICE_API_PATHS.alias, body }));
  }

  /** `http_read`. @throws UsageError when no alias is given */
  async httpRead(aliases: readonly string[]): Promise<ReadHandler> {
    return readHandler(await this.#call({ method: "GET", path: pathOf(aliases) }));
  }

  /** `http_read_write`: writes, then reads. */
  async httpReadWrite(aliases: readonly string[], values: Values): Promise<ReadHandler> {
    return readHandler(await this.#call({ method: "POST", path: pathOf(aliases), body: formOf(values) }));
  }

  /**
   * `http_long_poll`: waits until the alias is written. Code 304: it was not.
   *
   * @param since seconds since 1970 or an HTTP date; without it, from now on
   */
  async httpLongPoll(alias: string, timeoutMs: number, since?: number | string): Promise<ReadHandler> {
    const askedToWaitMs = Math.min(timeoutMs, MAX_LONG_POLL_MS);
    const headers = {
      [DEVICE_API_HEADERS.requestTimeout]: String(askedToWaitMs),
      ...(since === undefined ? {} : { "If-Modified-Since": String(since) }),
    };
    return readHandler(await this.#call({ method: "GET", path: pathOf([alias]), headers, askedToWaitMs }));
  }

  /** `http_record`: values of the past, of any number of aliases. */
  async httpRecord(points: readonly RecordPoint[]): Promise<RecordHandler> {
    const request = { method: "POST", path: DEVICE_API_PATHS.record, body: encodeRecord(points) } as const;
    return new RecordHandler(await this.#call(request));
  }

  /** The older form of a record. @param values by timestamp, in seconds since 1970 */
  async httpRecordAlias(alias: string, values: Readonly<Record<string, string | Uint8Array>>): Promise<RecordHandler> {
    const path = `${DEVICE_API_PATHS.alias}/${encodeURIComponent(alias)}`;
    const points = Object.entries(values).map(([timestamp, value]) => ({ timestamp, value }));
    return new RecordHandler(await this.#call({ method: "POST", path, body: encodeAliasRecord(points) }));
  }

  /** `http_timestamp`: the server's clock as its body, in seconds since 1970. */
  async httpTimestamp(): Promise<AnswerHandler> {
    return new AnswerHandler(await this.#call({ method: "GET", path: DEVICE_API_PATHS.timestamp }));
  }

  /** `http_activate`: trades an identity for a CIK, which this object then uses. */
  async httpActivate(vendor: string, model: string, sn: string): Promise<ActivationHandler> {
    const body = encodeForm(Object.entries({ vendor, model, sn }));
    const request = { method: "POST", path: DEVICE_API_PATHS.activate, body, repeatable: true } as const;
    const handler = new ActivationHandler(await this.#call(request, ""), `${vendor}, ${model}, ${sn}`);
    if (handler.activated) {
      this.#cik = handler.body;
      this.#refusedCik = "";
    }
    return handler;
  }

  /** `http_list_content`: names, one a line. */
  async httpListContent(): Promise<AnswerHandler> {
    return new AnswerHandler(await this.#call({ method: "GET", path: this.contentPath({}) }));
  }

  /** `http_get_content_info`: `<type>,<bytes>,<time>,<note>`. */
  async httpGetContentInfo(id: string): Promise<AnswerHandler> {
    return new AnswerHandler(await this.#call({ method: "GET", path: this.contentPath({ id, info: "true" }) }));
  }

  /** `http_get_content`. @param range such as `0-99`, `100-` or `-100`; without it, the whole content */
  async httpGetContent(id: string, range?: string): Promise<ContentHandler> {
    const headers: Record<string, string> = range === undefined ? {} : { Range: `bytes=${range}` };
    const request = { method: "GET", path: this.contentPath({ id }), headers, lenient: true } as const;
    const answer = await this.#fetch(request, MAX_CONTENT_BYTES);
    return new ContentHandler(answer.code, answer.bytes, answer.problem);
  }

  /** Later servers find the product by the CIK; earlier ones are told by a subclass. */
  protected contentPath(query: Readonly<Record<string, string>>): string {
    const form = encodeForm(Object.entries(query));
    return form === "" ? DEVICE_API_PATHS.content : `${DEVICE_API_PATHS.content}?${form}`;
  }

  async #call(request: ExchangeRequest, cik?: string): Promise<RawAnswer> {
    const { code, bytes, problem } = await this.#fetch(request, MAX_ANSWER_BYTES, cik);
    return { code, body: problem ?? new TextDecoder().decode(bytes) };
  }

  /** @returns code 0 and the reason when the server gave no answer */
  async #fetch(
    request: ExchangeRequest,
    maxBytes: number,
    cik?: string,
  ): Promise<{ readonly code: number; readonly bytes: Uint8Array; readonly problem?: string }> {
    try {
      const response = await this.#exchange.send(request, {
        signal: this.#signal,
        ...(cik === undefined ? {} : { cik }),
      });
      const bytes = await response.bytes(maxBytes);
      this.online = true;
      return { code: response.status, bytes };
    } catch (error) {
      this.online = false;
      if (!(error instanceof TransportError)) throw error;
      return { code: 0, bytes: new Uint8Array(), problem: error.message };
    }
  }
}

/** @throws UsageError when it is no address */
function addressOf(url: string): string {
  const plain = parseUrl(url.includes("://") ? url : `http://${url}`);
  if (plain === undefined || !/^https?:$/.test(plain.protocol)) {
    throw new UsageError("E_USAGE", { problem: `"${url}" is no address such as https://fleet.example.com` });
  }
  if (url.includes("://")) return url;
  return isThisMachine(plain.hostname) || url.endsWith(":80") ? `http://${url}` : `https://${url}`;
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

function readHandler(answer: RawAnswer): ReadHandler {
  const pairs = answer.code === 200 ? parseForm(answer.body) : [];
  return new ReadHandler(answer, new Map(pairs.map(({ name, value }) => [name, value])));
}

function formOf(values: Values): string {
  return encodeForm(
    Object.entries(values).map(([alias, value]) => [alias, typeof value === "number" ? String(value) : value]),
  );
}

/** @throws UsageError, in the original's words */
function pathOf(aliases: readonly string[]): string {
  if (aliases.length === 0) {
    throw new UsageError("E_USAGE", { problem: "Tried to read from Exosite, but no alias given" });
  }
  return pathReading(aliases);
}
