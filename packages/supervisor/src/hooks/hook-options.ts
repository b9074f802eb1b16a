/** The options `pre_start`, `post_stop` and `hook_timeout` of a `[gateway-engine:x]`. */
import { text } from "../config/convert.ts";
import { duration, type OptionFamily } from "../config/extra-types.ts";
import { type Hooks, PROGRAM_EXTRA_DEFAULTS } from "../config/extras.ts";

export const HOOK_OPTIONS: OptionFamily<Hooks> = {
  options: ["pre_start", "post_stop", "hook_timeout"],
  read: (reader) => {
    const defaults = PROGRAM_EXTRA_DEFAULTS.hooks;
    return {
      preStart: reader.read("pre_start", text, defaults.preStart),
      postStop: reader.read("post_stop", text, defaults.postStop),
      timeoutMs: reader.read("hook_timeout", duration, defaults.timeoutMs),
    };
  },
};
