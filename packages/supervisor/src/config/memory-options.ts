/** `remember_stopped` and `state_file` in `[gateway-engine]`. */
import { boolean, text } from "./convert.ts";
import type { OptionFamily } from "./extra-types.ts";

/** The file that remembers what was stopped and started by hand; undefined: nothing does. */
export const MEMORY_OPTIONS: OptionFamily<string | undefined> = {
  options: ["remember_stopped", "state_file"],
  read: (reader) => {
    const file = reader.read("state_file", text, undefined);
    if (!reader.read("remember_stopped", boolean, false)) return undefined;
    if (file?.startsWith("/") === true) return file;
    return reader.reject(
      "state_file must name a file by its whole path, in a folder that survives a reboot, such as /var/lib/supervisor/state.json",
      file === undefined ? "remember_stopped" : "state_file",
    );
  },
};
