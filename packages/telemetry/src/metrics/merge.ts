import type { Labels, MetricFamily, Sample } from "./family.ts";

/** Metrics that somebody brings. */
export interface MetricSource {
  readonly name: string;
  readonly families: readonly MetricFamily[];
}

export interface SourceProblem {
  readonly source: string;
  readonly problem: string;
}

export interface Merged {
  readonly families: readonly MetricFamily[];
  readonly problems: readonly SourceProblem[];
}

/**
 * One list of families in which each name is there once. The samples of a source get its name as label `application`; one
 * that has such a label already keeps it as `exported_application`. A source of which one name has another type than
 * before it, or is taken up by a histogram's, is left out as a whole.
 */
export function mergeSources(own: readonly MetricFamily[], sources: readonly MetricSource[]): Merged {
  const merged = new Map(own.map((family) => [family.name, family]));
  const written = new Map(own.flatMap((family) => writtenNames(family).map((name) => [name, family.name])));
  const problems: SourceProblem[] = [];
  for (const { name: source, families } of sources) {
    const problem = families.map((family) => misfit(family, merged, written)).find((found) => found !== undefined);
    if (problem !== undefined) {
      problems.push({ source, problem });
      continue;
    }
    for (const family of families) {
      const before = merged.get(family.name);
      const samples = family.samples.map((sample) => ofApplication(sample, source));
      merged.set(family.name, { ...family, ...before, samples: [...(before?.samples ?? []), ...samples] });
      for (const name of writtenNames(family)) written.set(name, family.name);
    }
  }
  return { families: [...merged.values()], problems };
}

function misfit(
  family: MetricFamily,
  merged: ReadonlyMap<string, MetricFamily>,
  written: ReadonlyMap<string, string>,
): string | undefined {
  const { name, type } = family;
  const before = merged.get(name);
  if (before !== undefined && before.type !== type) return `${name} is a ${before.type} elsewhere, and a ${type} here`;
  const taken = writtenNames(family).find((one) => (written.get(one) ?? name) !== name);
  return taken === undefined ? undefined : `${taken} belongs to ${written.get(taken)} elsewhere`;
}

/** The names that a family's lines begin with. */
function writtenNames({ name, type }: MetricFamily): readonly string[] {
  if (type === "histogram") return [name, `${name}_bucket`, `${name}_sum`, `${name}_count`];
  if (type === "summary") return [name, `${name}_sum`, `${name}_count`];
  return [name];
}

function ofApplication(sample: Sample, application: string): Sample {
  const { application: exported, ...labels } = sample.labels;
  const kept: Labels = exported === undefined ? labels : { ...labels, exported_application: exported };
  return { ...sample, labels: { application, ...kept } };
}
