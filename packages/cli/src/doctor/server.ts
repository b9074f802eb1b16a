import { AuthenticationError, describeError } from "@gateway-engine/core/errors";
import { isCik } from "@gateway-engine/protocol/device-api";
import { formatDuration } from "../figures.ts";
import { type Check, fail, ok, type Verdict, warn } from "./check.ts";

export const checkServer: Check = async ({ server, openServer, configuration, signal, now }) => {
  if (server === "") return [];
  const { client, close } = await openServer();
  try {
    const seconds = await client.timestamp({ signal });
    const told = judgeTime(server, seconds * 1000 - now());
    const { cik } = configuration.gateway;
    if (!isCik(cik)) {
      return [
        told,
        warn("this gateway has no CIK: it is not activated", "add it to the product on the server; gwe logs gwe"),
      ];
    }
    return [told, await tryCik(server, () => client.read(["engine_fetch"], { signal }))];
  } catch (error) {
    return [fail(describeError(error), `does ${server} speak the Device API? curl ${server}/timestamp`)];
  } finally {
    close();
  }
};

async function tryCik(server: string, read: () => Promise<unknown>): Promise<Verdict> {
  try {
    await read();
    return ok(`${server} takes the CIK`);
  } catch (error) {
    if (!(error instanceof AuthenticationError)) return fail(describeError(error), "try again in a minute");
    return fail(
      `${server} does not take the CIK of this gateway`,
      "allow its activation again on the server; the engine does it by itself then",
    );
  }
}

const SLIGHT_MS = 60_000;
const LARGE_MS = 3_600_000;

/** @param ahead how far the server's clock is ahead of ours, in milliseconds; its own is in whole seconds */
export function judgeTime(server: string, ahead: number): Verdict {
  const off = Math.abs(ahead);
  if (off <= SLIGHT_MS) return ok(`${server} answers, and agrees about the time`);
  const text = `the clock of this machine is ${formatDuration(Math.round(off / 1000))} ${ahead > 0 ? "behind" : "ahead of"} that of ${server}`;
  const mend = "synchronise it (NTP)";
  return off > LARGE_MS ? fail(text, mend) : warn(text, mend);
}
