/** `status --long` and `status --json`: ours, for people who want to know more and for programs. */
import { ok } from "@gateway-engine/core/result";
import { type AnswerReader, type ProcessInfo, readProcessInfo } from "../../xmlrpc/answers.ts";
import { isStruct, type XmlRpcStruct } from "../../xmlrpc/value.ts";
import type { CtlSession } from "../session.ts";

export type StatusForm = "short" | "long" | "json";

/** The words that are names, and how the answer is to be shown. */
export function takeStatusForm(args: readonly string[]): {
  readonly form: StatusForm;
  readonly names: readonly string[];
} {
  const forms = args.map((word) => FORMS[word]).filter((form) => form !== undefined);
  return { form: forms.at(-1) ?? "short", names: args.filter((word) => FORMS[word] === undefined) };
}

const FORMS: Readonly<Record<string, StatusForm>> = { "-l": "long", "--long": "long", "--json": "json" };

/** A process with every member that the server sent. */
export interface WholeProcess extends ProcessInfo {
  readonly struct: XmlRpcStruct;
}

export const readWholeProcess: AnswerReader<WholeProcess> = (value) => {
  const info = readProcessInfo(value);
  return info.ok ? ok({ ...info.value, struct: isStruct(value) ? value : {} }) : info;
};

export function printJson(session: CtlSession, processes: readonly WholeProcess[]): void {
  const structs = processes.map(({ struct }) => struct);
  session.print(JSON.stringify(structs, undefined, 2));
}

/** Under the line of the ordinary status. @returns undefined when the server tells no more */
export function describeLong(struct: XmlRpcStruct): string | undefined {
  const { start_count: starts, last_exit: lastExit } = struct;
  if (typeof starts !== "number" || typeof lastExit !== "string") return undefined;
  const use = Number(struct["process_count"]) > 0 ? describeUse(struct) : [];
  const parts = [`started ${starts} time${starts === 1 ? "" : "s"}`, ...use];
  return [...parts, ...(lastExit === "" ? [] : [`last exit: ${lastExit}`])].join(", ");
}

function describeUse(struct: XmlRpcStruct): readonly string[] {
  const processes = Number(struct["process_count"]);
  const memory = `memory ${(Number(struct["memory_kb"]) / 1024).toFixed(1)} MB`;
  return [
    `CPU ${Number(struct["cpu_seconds"]).toFixed(2)} s`,
    processes === 1 ? memory : `${memory} in ${processes} processes`,
  ];
}
