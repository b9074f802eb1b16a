import type { ProcessConfig } from "../config/model.ts";

/** Options that a program asks for and that are not carried out: better said than left out in silence. */
export function unservedOptions(config: ProcessConfig): readonly string[] {
  const channels = config.redirectStderr ? (["stdout"] as const) : (["stdout", "stderr"] as const);
  return channels.flatMap((channel) => {
    const { captureMaxBytes, eventsEnabled } = config[channel];
    return [
      ...(captureMaxBytes > 0 ? [`${channel}_capture_maxbytes`] : []),
      ...(eventsEnabled ? [`${channel}_events_enabled`] : []),
    ];
  });
}
