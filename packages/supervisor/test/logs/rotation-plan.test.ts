import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planRotation, type RotationStep } from "../../src/logs/rotation-plan.ts";

/** Names in a folder, and what is in them. */
type Folder = Map<string, string>;

function perform(steps: readonly RotationStep[], folder: Folder): void {
  for (const step of steps) {
    if (step.kind === "remove") folder.delete(step.path);
    else if (folder.has(step.from)) {
      folder.set(step.to, folder.get(step.from) ?? "");
      folder.delete(step.from);
    }
  }
}

function asFolder(text: string): Folder {
  return new Map(
    text.split(" ").map((entry): [string, string] => [entry.split("=")[0] ?? "", entry.split("=")[1] ?? ""]),
  );
}

function asText(folder: Folder): string {
  return [...folder]
    .map(([name, content]) => `${name}=${content}`)
    .sort()
    .join(" ");
}

describe("putting a log aside", () => {
  test.each([
    { backups: 2, compressed: false, before: "x=c", after: "x.1=c" },
    { backups: 2, compressed: false, before: "x=c x.1=b", after: "x.1=c x.2=b" },
    { backups: 2, compressed: false, before: "x=c x.1=b x.2=a", after: "x.1=c x.2=b" },
    { backups: 1, compressed: false, before: "x=c x.1=b", after: "x.1=c" },
    { backups: 0, compressed: false, before: "x=c", after: "x=c" },
    { backups: 2, compressed: true, before: "x=c x.1.gz=b", after: "x.1=c x.2.gz=b" },
    { backups: 2, compressed: true, before: "x=c x.1=b x.2.gz=a", after: "x.1=c x.2=b" },
    { backups: 3, compressed: true, before: "x=c x.1=b x.2.gz=a", after: "x.1=c x.2=b x.3.gz=a" },
    { backups: 2, compressed: true, before: "x=c x.1=b x.1.gz=b", after: "x.1=c x.2.gz=b x.2=b" },
    { backups: 3, compressed: true, before: "x=c x.2.gz=a", after: "x.1=c x.3.gz=a" },
  ])("$backups kept, compressed: $compressed: $before becomes $after", ({ backups, compressed, before, after }) => {
    const folder = asFolder(before);
    perform(planRotation({ path: "x", backups, compressed }), folder);
    expect(asText(folder)).toBe(after);
  });

  test("loses nothing but the oldest and changes no order, wherever a daemon is killed in the middle", () => {
    const forms = fc.array(fc.constantFrom("", ".gz"), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(forms, fc.integer({ min: 1, max: 6 }), fc.nat(), (compressedAs, backups, cut) => {
        const folder: Folder = new Map([["x", "0"]]);
        for (const [index, form] of compressedAs.slice(0, backups).entries()) {
          folder.set(`x.${index + 1}${form}`, `${index + 1}`);
        }
        const kept = [...folder.values()].filter((content) => Number(content) < backups);
        const plan = planRotation({ path: "x", backups, compressed: true });
        perform(plan.slice(0, cut % (plan.length + 1)), folder);
        const found = [...folder]
          .sort(([one], [other]) => numberOf(one) - numberOf(other))
          .map(([, content]) => content);
        expect(found.filter((content) => Number(content) < backups)).toEqual(kept);
      }),
    );
  });
});

function numberOf(name: string): number {
  return Number(/^x\.(\d+)/.exec(name)?.[1] ?? 0);
}
