import type { CommandRunner } from "@gateway-engine/core/processes";
import { EARLIEST_TIME } from "@gateway-engine/core/version";

/** No release is in use for so long. */
const OUTLIVED = Date.UTC(2066, 0, 1);

/** Whether a clock can be right: one without a battery often starts in 1970. @param now milliseconds since 1970 */
export function isSaneTime(now: number): boolean {
  return now >= EARLIEST_TIME && now < OUTLIVED;
}

export interface ClockServices {
  readonly commands: CommandRunner;
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Whether the machine's clock is kept right over the network. @returns undefined when nobody on the machine tells */
export async function isSynchronised(services: ClockServices): Promise<boolean | undefined> {
  for (const { file, args, read } of TELLERS) {
    const said = await output(file, args, services);
    const answer = said === undefined ? undefined : read(said);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

interface Teller {
  readonly file: string;
  readonly args: readonly string[];
  readonly read: (output: string) => boolean | undefined;
}

const TELLERS: readonly Teller[] = [
  { file: "timedatectl", args: ["show", "--property=NTPSynchronized", "--value"], read: yesOrNo },
  { file: "chronyc", args: ["-n", "tracking"], read: leapStatus },
  { file: "ntpq", args: ["-c", "rv 0 leap"], read: ntpLeap },
];

export function yesOrNo(output: string): boolean | undefined {
  const word = output.trim();
  return word === "yes" ? true : word === "no" ? false : undefined;
}

/** @see chronyc(1), tracking */
export function leapStatus(output: string): boolean | undefined {
  const [, status] = /^Leap status\s*: (.+)$/m.exec(output) ?? [];
  return status === undefined ? undefined : status.trim() !== "Not synchronised";
}

/** @see ntpq(8): leap=11 is a clock that is not synchronised */
export function ntpLeap(output: string): boolean | undefined {
  const [, leap] = /leap=(\d\d|leap_\w+)/.exec(output) ?? [];
  return leap === undefined ? undefined : leap !== "11" && leap !== "leap_alarm";
}

/** @returns undefined when the program is not there, or does not end well */
async function output(
  file: string,
  args: readonly string[],
  { commands, environment, signal }: ClockServices,
): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = "";
  const onOutput = (chunk: Uint8Array) => {
    text += decoder.decode(chunk, { stream: true });
  };
  const env = { ...environment, LC_ALL: "C" };
  const times = { timeoutMs: 2000, graceMs: 100, signal };
  const result = await commands.run({ file, args, cwd: "/", env, ...times, onOutput });
  return result.kind === "exited" && result.status === 0 ? text : undefined;
}
