/** Whether what a main log tells of each process can have happened: one child at a time, and the arrows of the table. */

/** A place in a process's story, and which words of the log may come next. */
type Chapter = "no child" | "starting" | "running";

const TELLING = [
  { words: /^spawned: '(.+?)' with pid \d+$/, from: ["no child"], to: "starting" },
  { words: /^adopted: '(.+?)' with pid \d+/, from: ["no child"], to: "running" },
  { words: /^success: (.+?) entered RUNNING state/, from: ["starting"], to: "running" },
  { words: /^exited: (.+?) \(/, from: ["starting", "running"], to: "no child" },
  { words: /^stopped: (.+?) \(/, from: ["starting", "running"], to: "no child" },
  { words: /^gave up: (.+?) entered FATAL state/, from: ["no child"], to: "no child" },
  { words: /^killing '(.+?)' \(\d+\) with SIGKILL$/, from: ["starting", "running"], to: undefined },
] as const satisfies readonly { words: RegExp; from: readonly Chapter[]; to: Chapter | undefined }[];

export interface LogStory {
  /** Lines that cannot follow what was told before of the same process. */
  readonly contradictions: readonly string[];
  /** Processes whose last word is that they live. */
  readonly living: readonly string[];
}

/** @param log whole, from the first start of the daemon on; each process's name is its own */
export function readStory(log: string): LogStory {
  const chapters = new Map<string, Chapter>();
  const contradictions: string[] = [];
  for (const line of log.split("\n")) {
    const message = line.replace(/^\S+ \S+ \S+ /, "");
    for (const { words, from, to } of TELLING) {
      const name = words.exec(message)?.[1];
      if (name === undefined) continue;
      const before = chapters.get(name) ?? "no child";
      if (!from.some((chapter) => chapter === before)) contradictions.push(`${name} has ${before}: ${line}`);
      chapters.set(name, to ?? before);
    }
  }
  const living = [...chapters].filter(([, chapter]) => chapter !== "no child").map(([name]) => name);
  return { contradictions, living };
}
