import { describeError } from "@gateway-engine/core/errors";
import type { EngineStatusAnswer } from "@gateway-engine/protocol/local-control";
import { openFailures } from "../status/open-failures.ts";
import { type Check, fail, ok, type Verdict, warn } from "./check.ts";

const HISTORY = 50;

export const checkEngine: Check = async ({ neighbours: { engine }, signal }) => {
  let status: EngineStatusAnswer;
  try {
    status = await engine.status(signal);
  } catch (error) {
    return [fail(describeError(error), "start it: supervisorctl start gwe; gwe logs gwe tells why it ended")];
  }
  const { orders } = await engine.history({ limit: HISTORY }, signal);
  const failures = openFailures(orders).map(({ verb, name, message }): Verdict => {
    return warn(`${verb} ${name}: ${message}`, "gwe why APP tells the whole story");
  });
  const { version, pid, apps } = status;
  return [ok(`gwe ${version} runs as process ${pid}, with ${apps.length} applications`), ...failures];
};
