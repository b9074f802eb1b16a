/** The queue on disk against a list in memory, through whatever sequence of events. */
import { join } from "node:path";
import type { SqlDatabase } from "@gateway-engine/core/sql";
import { openSqlite } from "@gateway-engine/platform/sqlite";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import fc from "fast-check";
import { expect, test } from "vitest";
import { findFaults } from "../../../src/spool/fsck.ts";
import { laneOf, PRIORITIES } from "../../../src/spool/lane.ts";
import type { StoredMessage } from "../../../src/spool/message.ts";
import { DEFAULT_LIMITS, POLICIES, type Policy } from "../../../src/spool/room/budget.ts";
import { MAIN_UPSTREAM, SPOOL_MIGRATIONS } from "../../../src/spool/schema.ts";
import { SpoolStore } from "../../../src/spool/spool-store.ts";
import { ENDLESS_DISK } from "../local-spool.ts";

const DEVICE = { id: 1, vendor: "v", model: "m", serial: "s", cik: "" };
const LANES = PRIORITIES.map((priority) => laneOf(DEVICE.id, priority));
const COPY = "copy";

/** What should be known without a look at the disk. */
interface Model {
  now: number;
  accepted: number;
  /** By lane and number: what it says, and when its time is over. */
  readonly messages: Map<string, { readonly body: string; readonly expiresAt: number | null }>;
  /** The next number of each lane. */
  readonly next: Map<number, number>;
  /** By upstream and lane: the number that the next message must not be below. */
  readonly behind: Map<string, number>;
  readonly delivered: Map<string, number>;
  hasCopy: boolean;
}

/** The real queue, which may be closed and opened again. */
class Real {
  readonly #file: string;
  readonly #policy: Policy;
  /** Free beyond the minimum. */
  free = 2 ** 40;
  database: SqlDatabase;
  store: SpoolStore;

  constructor(file: string, policy: Policy) {
    this.#file = file;
    this.#policy = policy;
    this.database = this.#open();
    this.store = this.#store();
  }

  reopen(): void {
    this.database.close();
    this.database = this.#open();
    this.store = this.#store();
  }

  /** It does so by itself after some bytes. */
  measureAgain(): void {
    this.store.setLimits({ ...DEFAULT_LIMITS, whenFull: this.#policy });
  }

  write<Value>(work: (store: SpoolStore) => Value): Value {
    return this.database.transaction(() => work(this.store));
  }

  #open(): SqlDatabase {
    const database = openSqlite(this.#file, SPOOL_MIGRATIONS);
    database.run("PRAGMA synchronous = OFF");
    return database;
  }

  #store(): SpoolStore {
    const freeBytes = () => DEFAULT_LIMITS.minFreeDisk + this.free;
    return new SpoolStore(this.database, { ...ENDLESS_DISK, freeBytes }, { ...DEFAULT_LIMITS, whenFull: this.#policy });
  }
}

type Step = fc.Command<Model, Real>;

class Accept implements Step {
  readonly lane: number;
  readonly points: number;
  readonly ttl: number | null;
  readonly size: number;

  constructor(lane: number, points: number, ttl: number | null, size: number) {
    this.lane = lane;
    this.points = points;
    this.ttl = ttl;
    this.size = size;
  }

  check = () => true;

  run(model: Model, real: Real): void {
    const seq = model.next.get(this.lane) ?? 1;
    const body = `a${seq % 3}=${seq}:${"x".repeat(this.size)}`;
    const expiresAt = this.ttl === null ? null : model.now + this.ttl;
    const message: StoredMessage = {
      lane: this.lane,
      kind: "write",
      alias: "",
      body,
      points: this.points,
      at: model.now,
      lastAt: model.now,
      acceptedAt: model.now,
      expiresAt,
      era: undefined,
    };
    try {
      real.write((store) => store.accept(message, DEVICE));
    } catch (error) {
      expect(error).toMatchObject({ code: "E_DISK_FULL" });
      return;
    }
    model.accepted += 1;
    model.messages.set(`${this.lane}:${seq}`, { body, expiresAt });
    model.next.set(this.lane, seq + this.points);
  }

  toString = () => `accept(${this.lane}, ${this.points}, ${this.ttl}, ${this.size})`;
}

/** Enough of them that there is something to thin out. */
class Burst implements Step {
  readonly #lane: number;

  constructor(lane: number) {
    this.#lane = lane;
  }

  check = () => true;

  run(model: Model, real: Real): void {
    for (let count = 0; count < 12; count += 1) new Accept(this.#lane, 1, null, 1500).run(model, real);
  }

  toString = () => `burst(${this.#lane})`;
}

/** Reads a batch and acknowledges it, sets its first message aside, or does not hear what became of it. */
class Deliver implements Step {
  readonly upstream: string;
  readonly lane: number;
  readonly messages: number;
  readonly end: "acknowledge" | "set-aside" | "lose-the-answer";

  constructor(upstream: string, lane: number, messages: number, end: Deliver["end"]) {
    this.upstream = upstream;
    this.lane = lane;
    this.messages = messages;
    this.end = end;
  }

  check = ({ hasCopy }: Readonly<Model>) => this.upstream === MAIN_UPSTREAM || hasCopy;

  run(model: Model, real: Real): void {
    const head = headOf(this, model, real);
    const [first] = head;
    const last = head.at(-1);
    if (first === undefined || last === undefined) return;
    const key = `${this.upstream}:${this.lane}`;
    if (this.end === "acknowledge") {
      const progress = { nextSeq: last.seq + last.points, moved: [] };
      real.write((store) => store.acknowledge(this.upstream, this.lane, progress));
      model.behind.set(key, progress.nextSeq);
      model.delivered.set(this.upstream, (model.delivered.get(this.upstream) ?? 0) + head.length);
    } else if (this.end === "set-aside") {
      real.write((store) => store.setAside(this.upstream, { lane: this.lane, seq: first.seq, reason: "no", now: 0 }));
      model.behind.set(key, first.seq + first.points);
    }
  }

  toString = () => `deliver(${this.upstream}, ${this.lane}, ${this.messages}, ${this.end})`;
}

function headOf(
  { upstream, lane, messages }: Pick<Deliver, "upstream" | "lane" | "messages">,
  model: Model,
  real: Real,
) {
  for (;;) {
    const head = real.store.head(upstream, lane, { messages, bytes: 1_000_000 }, model.now);
    if (head?.isExpired === true) {
      real.write((store) => store.expire(upstream, lane, model.now));
      continue;
    }
    let next = head?.messages[0]?.seq ?? 0;
    expect(next === 0 || next >= (model.behind.get(`${upstream}:${lane}`) ?? 1)).toBe(true);
    for (const { seq, points, body } of head?.messages ?? []) {
      const sent = model.messages.get(`${lane}:${seq}`);
      expect(seq).toBe(next);
      expect(body).toBe(sent?.body);
      expect(sent?.expiresAt ?? Number.POSITIVE_INFINITY).toBeGreaterThan(model.now);
      next = seq + points;
    }
    return head?.messages ?? [];
  }
}

class Do implements Step {
  readonly #name: string;
  readonly #run: (model: Model, real: Real) => void;

  constructor(name: string, run: (model: Model, real: Real) => void) {
    this.#name = name;
    this.#run = run;
  }

  check = () => true;

  run(model: Model, real: Real): void {
    this.#run(model, real);
  }

  toString = () => this.#name;
}

const lane = fc.constantFrom(...LANES);
const upstream = fc.constantFrom(MAIN_UPSTREAM, COPY);

const steps = [
  fc
    .tuple(
      lane,
      fc.integer({ min: 1, max: 3 }),
      fc.option(fc.integer({ min: 1, max: 50 })),
      fc.constantFrom(1, 1, 3000),
    )
    .map((args) => new Accept(...args)),
  fc
    .tuple(
      upstream,
      lane,
      fc.integer({ min: 1, max: 5 }),
      fc.constantFrom("acknowledge" as const, "acknowledge" as const, "set-aside" as const, "lose-the-answer" as const),
    )
    .map((args) => new Deliver(...args)),
  lane.map((one) => new Burst(one)),
  fc.integer({ min: 1, max: 30 }).map(
    (us) =>
      new Do(`wait(${us})`, (model) => {
        model.now += us;
      }),
  ),
  fc.constant(new Do("crash", (_model, real) => real.reopen())),
  fc.constant(new Do("upkeep", (model, real) => void real.write((store) => store.upkeep(model.now)))),
  fc.constantFrom(0, 2 ** 40).map(
    (free) =>
      new Do(`free(${free})`, (_model, real) => {
        real.free = free;
        real.measureAgain();
      }),
  ),
  fc.boolean().map(
    (hasCopy) =>
      new Do(`upstreams(${hasCopy})`, (model, real) => {
        real.write((store) => store.setUpstreams(hasCopy ? [COPY] : []));
        if (!hasCopy) for (const each of LANES) model.behind.delete(`${COPY}:${each}`);
        if (!hasCopy) model.delivered.delete(COPY);
        model.hasCopy = hasCopy;
      }),
  ),
];

test.each(POLICIES)("whatever happens to the queue, %s: nothing is unaccounted for, and the order holds", (policy) => {
  const folder = temporaryFolder("gmq-model");
  let runs = 0;
  fc.assert(
    fc.property(fc.commands(steps, { maxCommands: 40, size: "+1" }), (commands) => {
      runs += 1;
      const real = new Real(join(folder.path, `${runs}.db`), policy);
      const model: Model = {
        now: 1,
        accepted: 0,
        messages: new Map(),
        next: new Map(),
        behind: new Map(),
        delivered: new Map(),
        hasCopy: false,
      };
      try {
        fc.modelRun(
          () => ({ model, real }),
          [...commands].map((command) => checked(command)),
        );
        finish(model, real, policy);
      } finally {
        real.database.close();
      }
    }),
    { numRuns: 25 },
  );
  folder.remove();
});

/** After each step, all tables agree with each other. */
function checked(command: Step): Step {
  return {
    check: (model) => command.check(model),
    run: (model, real) => {
      command.run(model, real);
      expect(findFaults(real.database)).toEqual([]);
    },
    toString: () => command.toString(),
  };
}

/** Empties the queue; then each message has one fate at each upstream. */
function finish(model: Model, real: Real, policy: Policy): void {
  for (const name of model.hasCopy ? [MAIN_UPSTREAM, COPY] : [MAIN_UPSTREAM]) {
    for (const each of LANES) {
      for (;;) {
        const before = model.delivered.get(name) ?? 0;
        new Deliver(name, each, 100, "acknowledge").run(model, real);
        if ((model.delivered.get(name) ?? 0) === before) break;
      }
    }
  }
  const totals = real.store.totals();
  expect(totals.queued).toBe(0);
  for (const { name, queued, forwarded } of totals.upstreams) {
    expect({ name, queued, forwarded }).toEqual({ name, queued: 0, forwarded: model.delivered.get(name) ?? 0 });
  }
  const [main] = totals.upstreams;
  if (main === undefined) throw new Error("there is a main upstream");
  expect(main.forwarded + main.setAside + main.dropped + main.expired).toBe(model.accepted);
  if (policy === "reject") expect(main.dropped).toBe(0);
}
