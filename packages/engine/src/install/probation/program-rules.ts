import { parseIni } from "@gateway-engine/core/ini";

/** When the supervisor starts a program, and which end of it is as it should be. */
export interface ProgramRules {
  readonly autostart: boolean;
  readonly autorestart: "always" | "unexpected" | "never";
  /** Exit statuses that are expected. */
  readonly exitCodes: readonly number[];
  /** Seconds after which a start counts as successful. */
  readonly startSeconds: number;
}

/** Reads them from the supervisor's file of an application; what is missing is as the supervisor takes it. */
export function programRules(conf: string): ProgramRules {
  const document = parseIni(conf, { inlineComments: ";#" });
  const section = document.ok
    ? [...document.value.values()].find(({ name }) => name.startsWith("program:"))
    : undefined;
  const option = (name: string) => section?.entries.get(name)?.value.trim().toLowerCase() ?? "";
  return {
    autostart: !isNo(option("autostart")),
    autorestart: isNo(option("autorestart")) ? "never" : isYes(option("autorestart")) ? "always" : "unexpected",
    exitCodes: numbersOf(option("exitcodes")) ?? [0],
    startSeconds: numbersOf(option("startsecs"))?.[0] ?? 1,
  };
}

/** Whether the supervisor starts the program again after it has ended like this. */
export function isRestarted({ autorestart, exitCodes }: ProgramRules, status: number): boolean {
  return autorestart === "always" || (autorestart === "unexpected" && !exitCodes.includes(status));
}

function isYes(text: string): boolean {
  return ["true", "yes", "on", "1"].includes(text);
}

function isNo(text: string): boolean {
  return ["false", "no", "off", "0"].includes(text);
}

function numbersOf(text: string): readonly number[] | undefined {
  const numbers = text.split(",").map((part) => Number.parseInt(part, 10));
  return numbers.some(Number.isNaN) ? undefined : numbers;
}
