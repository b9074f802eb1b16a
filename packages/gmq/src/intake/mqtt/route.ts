/**
 * Whose data a published message is, and what of it goes into the queue.
 *
 * @see docs/reference/gmq-mqtt.md
 */
import type { Result } from "@gateway-engine/core/result";
import type { DeviceIdentity } from "@gateway-engine/protocol/device-api";
import { BATCH_TOPIC, PROVISION_TOPIC, RESOURCE_TOPIC } from "@gateway-engine/protocol/device-mqtt";
import type { Submission } from "../../spool/message.ts";
import type { Worth } from "../worth.ts";
import type { MqttCfg, TopicRule } from "./mqtt-cfg.ts";
import { batchSubmissions, jsonSubmissions, valueSubmission } from "./payload.ts";
import { fillTemplate } from "./template.ts";
import { matchTopic } from "./topic-filter.ts";

export interface Published {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly retain: boolean;
}

export type Route =
  /** It stays between the local clients. */
  | { readonly kind: "local" }
  /** The client asks for the token of the device with this serial number. */
  | { readonly kind: "provision"; readonly serial: string }
  | {
      readonly kind: "queue";
      /** Undefined: the device that the client is. */
      readonly device: DeviceIdentity | undefined;
      readonly submissions: readonly Submission[];
      /** Why it is not what it should be; it is queued as it came, with the whole topic as alias. */
      readonly problem: string | undefined;
    };

export function routeOf(published: Published, cfg: Pick<MqttCfg, "local" | "rules">): Route {
  const { topic, payload, retain } = published;
  if (topic.startsWith("$")) return routeOfDeviceApi(published);
  if (retain && payload.length === 0) return LOCAL;
  if (cfg.local.some((filter) => matchTopic(filter, topic) !== undefined)) return LOCAL;
  for (const rule of cfg.rules) {
    const found = rule.retain === undefined || rule.retain === retain ? matchTopic(rule.topic, topic) : undefined;
    if (found !== undefined) return rule.ignore ? LOCAL : routeByRule(rule, published, found);
  }
  return asItCame(published, NORMAL);
}

const LOCAL: Route = { kind: "local" };
const NORMAL: Worth = { priority: "normal", ttlMs: undefined };

/** The topics of the server's own MQTT interface. What else begins with a $ is no data. */
function routeOfDeviceApi(published: Published): Route {
  const { topic, payload } = published;
  if (topic === BATCH_TOPIC) return queueOr(batchSubmissions(payload, NORMAL), undefined, published, NORMAL);
  const rest = topic.slice(topic.indexOf("/") + 1);
  if (rest !== "" && topic.startsWith(`${RESOURCE_TOPIC}/`)) {
    return queue([valueSubmission(rest, payload, NORMAL)], undefined, undefined);
  }
  if (rest !== "" && topic.startsWith(`${PROVISION_TOPIC}/`)) return { kind: "provision", serial: rest };
  return LOCAL;
}

function routeByRule(rule: TopicRule, published: Published, found: readonly string[]): Route {
  const { topic, payload } = published;
  const nameOf = (key: string) => fillTemplate(rule.alias, { topic, key, found });
  const serial = rule.device === undefined ? undefined : fillTemplate(rule.device.serial, { topic, key: "", found });
  if (serial?.trim() === "") return asItCame(published, rule, "its device has an empty name");
  const device = rule.device === undefined ? undefined : { ...rule.device.product, serial: serial ?? "" };
  if (rule.format === "json") return queueOr(jsonSubmissions(payload, nameOf, rule), device, published, rule);
  const alias = nameOf("");
  if (alias === "") return asItCame(published, rule, "its alias is empty");
  return queue([valueSubmission(alias, payload, rule)], device, undefined);
}

function queueOr(
  submissions: Result<readonly Submission[], string>,
  device: DeviceIdentity | undefined,
  published: Published,
  worth: Worth,
): Route {
  return submissions.ok ? queue(submissions.value, device, undefined) : asItCame(published, worth, submissions.problem);
}

function asItCame({ topic, payload }: Published, worth: Worth, problem?: string): Route {
  return queue([valueSubmission(topic, payload, worth)], undefined, problem);
}

function queue(
  submissions: readonly Submission[],
  device: DeviceIdentity | undefined,
  problem: string | undefined,
): Route {
  return { kind: "queue", device, submissions, problem };
}
