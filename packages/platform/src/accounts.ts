import { readFileSync } from "node:fs";

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** An account of this machine, by its name or its number. */
export function findAccount(nameOrUid: string): Account | undefined {
  const fields = findLine("/etc/passwd", nameOrUid);
  return fields === undefined ? undefined : { name: fields[0] ?? "", uid: Number(fields[2]), gid: Number(fields[3]) };
}

/** @returns the home folder of an account, found by its name or its number */
export function homeOfAccount(nameOrUid: string): string | undefined {
  return findLine("/etc/passwd", nameOrUid)?.[5];
}

/** @returns the number of a group of accounts, found by its name or its number */
export function findAccountGroup(nameOrGid: string): number | undefined {
  const fields = findLine("/etc/group", nameOrGid);
  return fields === undefined ? undefined : Number(fields[2]);
}

/** The line whose name, or else whose number, is the one that is asked for. */
function findLine(file: string, key: string): readonly string[] | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
  const isNumber = /^\d+$/.test(key);
  const lines = text.split("\n").filter((line) => line !== "");
  return lines
    .map((line) => line.split(":"))
    .find((fields) => (isNumber ? Number(fields[2]) === Number(key) : fields[0] === key));
}
