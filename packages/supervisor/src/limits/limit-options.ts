/** The options about resources in `[gateway-engine:x]`. */
import { fail, ok } from "@gateway-engine/core/result";
import { byteSize, type Converter } from "../config/convert.ts";
import type { OptionFamily } from "../config/extra-types.ts";
import { LIMIT_DEFAULTS, type ResourceLimits } from "../config/extras.ts";
import { pythonRepr } from "../config/python-repr.ts";

export const LIMIT_OPTIONS: OptionFamily<ResourceLimits> = {
  options: ["memory_max", "cpu_max", "pids_max", "limit_nofile", "limit_core"],
  read: (reader) => ({
    memoryMaxBytes: reader.read("memory_max", someBytes, LIMIT_DEFAULTS.memoryMaxBytes),
    cpuMax: reader.read("cpu_max", cpus, LIMIT_DEFAULTS.cpuMax),
    pidsMax: reader.read("pids_max", count, LIMIT_DEFAULTS.pidsMax),
    openFiles: reader.read("limit_nofile", count, LIMIT_DEFAULTS.openFiles),
    coreBytes: reader.read("limit_core", byteSize, LIMIT_DEFAULTS.coreBytes),
  }),
};

const someBytes: Converter<number> = (raw) => {
  const size = byteSize(raw);
  return size.ok && size.value === 0 ? fail(`a size such as 256MB is expected, not ${pythonRepr(raw)}`) : size;
};

/** `0.5`, `2`. A sign for percent would have to be written twice in this file format. */
const cpus: Converter<number> = (raw) => {
  const value = /^\s*\d+(\.\d+)?\s*$/.test(raw) ? Number(raw) : 0;
  return value < SMALLEST_CPU_PART
    ? fail(`a number of CPUs from ${SMALLEST_CPU_PART} on, such as 0.5 or 2, is expected, not ${pythonRepr(raw)}`)
    : ok(value);
};

/** The kernel's shortest quota, 1 ms, of its period of 100 ms. */
const SMALLEST_CPU_PART = 0.01;

const count: Converter<number> = (raw) =>
  /^\s*[1-9]\d*\s*$/.test(raw) ? ok(Number(raw)) : fail(`a number above 0 is expected, not ${pythonRepr(raw)}`);
