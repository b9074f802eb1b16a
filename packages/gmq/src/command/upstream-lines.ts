import type { UpstreamStatus } from "@gateway-engine/protocol/local-control";

/** One line for each upstream, and one more where data waits for a reason. */
export function formatUpstreams(upstreams: readonly UpstreamStatus[]): readonly string[] {
  const width = Math.max(...upstreams.map(({ name }) => name.length));
  return upstreams.flatMap(({ name, queued, forwarded, setAside, url, problem }) => [
    `  ${name.padEnd(width)}  queued ${queued}, forwarded ${forwarded}, set aside ${setAside}${url === null ? "" : `, at ${url}`}`,
    ...(problem === null || queued === 0 ? [] : [`  ${"".padEnd(width)}  waits: ${problem}`]),
  ]);
}
