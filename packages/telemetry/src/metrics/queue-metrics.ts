import type { QueueStatusAnswer, UpstreamStatus } from "@gateway-engine/protocol/local-control";
import { family, type MetricFamily, single } from "./family.ts";

/**
 * The queue, as it says of itself.
 *
 * @param status undefined: it does not answer; @param bytes of its files
 */
export function queueMetrics(status: QueueStatusAnswer | undefined, bytes: number): readonly MetricFamily[] {
  return [
    single("gauge", "gmq_up", "Whether the queue answers.", status === undefined ? 0 : 1),
    single("gauge", "gmq_storage_bytes", "Size of the queue's files.", bytes),
    ...(status === undefined ? [] : [...ofQueue(status), ...ofUpstreams(status.upstreams)]),
  ];
}

function ofQueue(status: QueueStatusAnswer): readonly MetricFamily[] {
  const { version, queued, oldestAt, refused } = status;
  const oldest = oldestAt === null ? undefined : oldestAt / 1000;
  return [
    family("gauge", "gmq_build_info", "The version of the queue; always 1.", [[{ version }, 1]]),
    single("gauge", "gmq_messages", "Accepted messages that a server has not acknowledged.", queued),
    single("gauge", "gmq_oldest_message_timestamp_seconds", "When the oldest of them was accepted.", oldest),
    single("counter", "gmq_refused_messages_total", "Messages never accepted, since there was no room.", refused),
  ];
}

function ofUpstreams(upstreams: readonly UpstreamStatus[]): readonly MetricFamily[] {
  const each = (type: "counter" | "gauge", name: string, help: string, value: (status: UpstreamStatus) => number) =>
    family(
      type,
      `gmq_upstream_${name}`,
      help,
      upstreams.map((status) => [{ upstream: status.name }, value(status)]),
    );
  return [
    each("gauge", "up", "Whether the upstream takes messages, as far as is known.", ({ problem }) =>
      problem === null ? 1 : 0,
    ),
    each("gauge", "messages", "Messages that wait for the upstream.", ({ queued }) => queued),
    each("counter", "forwarded_messages_total", "Messages that the upstream has acknowledged.", (one) => one.forwarded),
    each("counter", "dropped_messages_total", "Messages lost, since there was no room.", ({ dropped }) => dropped),
    each("counter", "expired_messages_total", "Messages lost, since their time was over.", ({ expired }) => expired),
    each("gauge", "set_aside_messages", "Messages that the upstream has refused for good.", (one) => one.setAside),
    each("counter", "discarded_messages_total", "Messages set aside, and lost for others.", (one) => one.discarded),
  ];
}
