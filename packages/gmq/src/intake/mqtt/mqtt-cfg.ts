/**
 * The sections [mqtt] and [mqtt:NAME] of gmq.cfg: where MQTT is taken in, and which topic is whose data.
 *
 * @see docs/reference/gmq-mqtt.md
 */
import type { IniDocument, IniEntry, IniProblem, IniSection } from "@gateway-engine/core/ini";
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { PRIORITIES, type Priority } from "../../spool/lane.ts";
import { parsePriority, parseTtl, TTL_FORM } from "../worth.ts";
import { holdsKey, parseTemplate, type Template } from "./template.ts";
import { parseTopicFilter, type TopicFilter, wildcardsOf } from "./topic-filter.ts";

export interface MqttCfg {
  /** Port 0 lets the system choose. */
  readonly listen: "off" | { readonly host: string; readonly port: number };
  /** What stays between the local clients. */
  readonly local: readonly TopicFilter[];
  /** Of devices that ask for a token; undefined: that of the gateway. */
  readonly product: Product | undefined;
  /** The first that fits counts. */
  readonly rules: readonly TopicRule[];
}

export interface Product {
  readonly vendor: string;
  readonly model: string;
}

export interface TopicRule {
  readonly topic: TopicFilter;
  /** Undefined: fits with and without the retain flag. */
  readonly retain: boolean | undefined;
  /** It stays between the local clients. */
  readonly ignore: boolean;
  /** Undefined: the device that the client is. */
  readonly device: { readonly product: Product; readonly serial: Template } | undefined;
  readonly alias: Template;
  /** json: each key of an object is a value of its own. */
  readonly format: "value" | "json";
  readonly priority: Priority;
  readonly ttlMs: number | undefined;
}

export const MQTT_DEFAULTS = {
  listen: "127.0.0.1:1883",
  local: "local/# homeassistant/# zigbee2mqtt/bridge/# zigbee2mqtt/+/set zigbee2mqtt/+/get",
} as const;

export const DEFAULT_MQTT_LISTEN: { readonly host: string; readonly port: number } = { host: "127.0.0.1", port: 1883 };

export const DEFAULT_MQTT_CFG: MqttCfg = {
  listen: DEFAULT_MQTT_LISTEN,
  local: MQTT_DEFAULTS.local.split(" ").flatMap((text) => {
    const filter = parseTopicFilter(text);
    return filter.ok ? [filter.value] : [];
  }),
  product: undefined,
  rules: [],
};

/** @param parseAddress reads `<host>:<port>` */
export function parseMqttCfg(
  document: IniDocument,
  parseAddress: (text: string) => { readonly host: string; readonly port: number } | undefined,
): Result<MqttCfg, IniProblem> {
  const options = new Options(document.get("mqtt"));
  const listen = options.read(
    "listen",
    DEFAULT_MQTT_LISTEN,
    "off, or an address with a port such as 127.0.0.1:1883",
    (text) => (text.toLowerCase() === "off" ? "off" : parseAddress(text)),
  );
  const local = options.read("local", DEFAULT_MQTT_CFG.local, "topics with white space between them", parseTopics);
  const product = options.read("product", undefined, PRODUCT_FORM, parseProduct);
  if (options.problem !== undefined) return fail(options.problem);

  const rules: TopicRule[] = [];
  for (const section of document.values()) {
    if (!section.name.startsWith("mqtt:")) continue;
    const rule = parseRule(section);
    if (!rule.ok) return rule;
    rules.push(rule.value);
  }
  return ok({ listen, local, product, rules });
}

const RULE_OPTIONS = ["topic", "retain", "ignore", "device", "product", "alias", "format", "priority", "ttl"];
const PRODUCT_FORM = "a product id, or <vendor> <model>";

function parseRule(section: IniSection): Result<TopicRule, IniProblem> {
  for (const { key, line } of section.entries.values()) {
    if (RULE_OPTIONS.includes(key)) continue;
    return fail({ line, problem: `${key} is no option of [${section.name}]; there are ${RULE_OPTIONS.join(", ")}` });
  }
  const written = section.entries.get("topic");
  if (written === undefined) return fail({ line: section.line, problem: `[${section.name}] has no option topic` });
  const topic = parseTopicFilter(written.value);
  if (!topic.ok) return fail(wrong(written, topic.problem));

  const options = new Options(section);
  const wildcards = wildcardsOf(topic.value);
  const format = options.read("format", "value", "value or json", (text) => FORMATS.find((word) => word === text));
  const isJson = format === "json";
  const product = options.read("product", undefined, PRODUCT_FORM, parseProduct);
  const serial = options.template("device", undefined, wildcards, false);
  const alias = options.template("alias", isJson ? KEY : TOPIC, wildcards, isJson);
  const rule = {
    topic: topic.value,
    retain: options.read("retain", undefined, "yes or no", parseYesNo),
    ignore: options.read("ignore", false, "yes or no", parseYesNo),
    device: serial === undefined || product === undefined ? undefined : { product, serial },
    alias,
    format,
    priority: options.read("priority", "normal", PRIORITIES.join(", "), parsePriority),
    ttlMs: options.read("ttl", undefined, TTL_FORM, parseTtl),
  } satisfies TopicRule;
  if (options.problem !== undefined) return fail(options.problem);
  const device = section.entries.get("device");
  if (device !== undefined && product === undefined) {
    return fail({ line: device.line, problem: `device needs the option product: ${PRODUCT_FORM}` });
  }
  const named = section.entries.get("alias");
  if (isJson && named !== undefined && !holdsKey(alias)) {
    return fail(wrong(named, "a name with {key} in it, since with format = json each key is a value of its own"));
  }
  return ok(rule);
}

const TOPIC: Template = [{ place: "topic" }];
const KEY: Template = [{ place: "key" }];
const FORMATS = ["value", "json"] as const;

/** Reads the options of a section, and remembers the first that is wrong. */
class Options {
  readonly #section: IniSection | undefined;
  problem: IniProblem | undefined;

  constructor(section: IniSection | undefined) {
    this.#section = section;
  }

  read<Value, Preset>(
    key: string,
    preset: Preset,
    want: string,
    parse: (text: string) => Value | undefined,
  ): Value | Preset {
    const entry = this.#section?.entries.get(key);
    if (entry === undefined) return preset;
    const value = parse(entry.value);
    if (value !== undefined) return value;
    this.problem ??= wrong(entry, want);
    return preset;
  }

  template<Preset>(key: string, preset: Preset, wildcards: number, hasKey: boolean): Template | Preset {
    const entry = this.#section?.entries.get(key);
    if (entry === undefined) return preset;
    const template = parseTemplate(entry.value, wildcards, hasKey);
    if (template.ok) return template.value;
    this.problem ??= wrong(entry, template.problem);
    return preset;
  }
}

function wrong({ key, value, line }: IniEntry, want: string): IniProblem {
  return { line, problem: `${key} is "${value}", but must be ${want}` };
}

function parseTopics(text: string): readonly TopicFilter[] | undefined {
  const filters: TopicFilter[] = [];
  for (const word of text.split(/\s+/).filter((part) => part !== "")) {
    const filter = parseTopicFilter(word);
    if (!filter.ok) return undefined;
    filters.push(filter.value);
  }
  return filters;
}

function parseProduct(text: string): Product | undefined {
  const [vendor = "", model = vendor, ...rest] = text.split(/\s+/);
  return vendor === "" || rest.length > 0 ? undefined : { vendor, model };
}

function parseYesNo(text: string): boolean | undefined {
  const word = text.toLowerCase();
  if (["yes", "true", "on", "1"].includes(word)) return true;
  return ["no", "false", "off", "0"].includes(word) ? false : undefined;
}
