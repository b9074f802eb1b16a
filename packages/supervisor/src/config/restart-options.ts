/** The options about restarts in `[gateway-engine:x]`. */
import { boolean } from "./convert.ts";
import { duration, factor, type OptionFamily, restartLimit } from "./extra-types.ts";
import { RESTART_DEFAULTS, type RestartPolicy } from "./extras.ts";

export const RESTART_OPTIONS: OptionFamily<RestartPolicy> = {
  options: ["backoff_initial", "backoff_factor", "backoff_max", "restart_limit", "endless_retries", "fatal_retry"],
  read: (reader) => ({
    initialMs: reader.read("backoff_initial", duration, RESTART_DEFAULTS.initialMs),
    factor: reader.read("backoff_factor", factor, RESTART_DEFAULTS.factor),
    maxMs: reader.read("backoff_max", duration, RESTART_DEFAULTS.maxMs),
    limit: reader.read("restart_limit", restartLimit, RESTART_DEFAULTS.limit),
    endless: reader.read("endless_retries", boolean, RESTART_DEFAULTS.endless),
    fatalRetryMs: reader.read("fatal_retry", duration, RESTART_DEFAULTS.fatalRetryMs),
  }),
};
