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
  const lines = text.split("\n").map((line) => line.split(":"));
  const isNumber = /^\d+$/.test(key);
  return lines.find((fields) =>
    isNumber ? Number(fields[2]) === Number(key) && fields.length > 2 : fields[0] === key,
  );
}
