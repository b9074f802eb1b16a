/** A resource of a product: a named data port of its devices. */
export interface ResourceDefinition {
  readonly alias: string;
  readonly name: string;
  readonly format: ResourceFormat;
  /** Whether the cloud side may write it. */
  readonly settable: boolean;
}

export type ResourceFormat = "string" | "string/json" | "number" | "boolean";

/**
 * The six resources that a product needs so that its devices can be gateways. `specs/gwe.spec` is the same list.
 *
 * @see docs/reference/aliases.md
 */
export const GATEWAY_RESOURCES: readonly ResourceDefinition[] = [
  { alias: "usage_report", name: "GatewayEngine Usage", format: "string", settable: false },
  { alias: "engine_report", name: "Engine Report", format: "string/json", settable: false },
  { alias: "engine_fetch", name: "Install Apps", format: "string", settable: true },
  { alias: "device_info", name: "Device Info", format: "string", settable: false },
  { alias: "update_interval", name: "Update Interval", format: "string", settable: true },
  { alias: "fetch_status", name: "Fetch Status", format: "string", settable: false },
];

/** What the queue says when it had to give messages up. */
export const QUEUE_REPORT_ALIAS = "queue_report";

/** How far an install has come. */
export const DEPLOYMENT_STATUS_ALIAS = "deployment_status";

/** What the gateway warns of. */
export const ALERT_ALIAS = "alert";

/** What a gateway measures, as requests of OTLP, when it sends that through the queue. */
const METRICS_ALIAS = "metrics";

/**
 * Resources that our server gives a gateway product beside the six. Others may lack them: a gateway works without, and its
 * values for them are ignored.
 */
export const ADDITIONAL_GATEWAY_RESOURCES: readonly ResourceDefinition[] = [
  { alias: QUEUE_REPORT_ALIAS, name: "Queue Report", format: "string/json", settable: false },
  { alias: DEPLOYMENT_STATUS_ALIAS, name: "Deployment Status", format: "string/json", settable: false },
  { alias: ALERT_ALIAS, name: "Alert", format: "string/json", settable: false },
  { alias: METRICS_ALIAS, name: "Metrics", format: "string/json", settable: false },
];
