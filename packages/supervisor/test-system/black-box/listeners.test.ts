/** How listeners and the daemon speak with each other. */
import { expect } from "vitest";
import { LISTENER, recordedEvents } from "./recorded-events.ts";
import { onBothDaemons, refusal, sharedDaemon } from "./suite.ts";

function listener(name: string, mode: string, more = ""): string {
  return `[eventlistener:${name}]
command=${LISTENER} $HERE/%(process_num)d-${name}.events ${mode}
events=REMOTE_COMMUNICATION
startsecs=0
${more}
`;
}

onBothDaemons("a listener", ({ kind, spec }) => {
  const daemon = sharedDaemon(kind, {
    programs: [
      // The original hands a refused event to every pool whose listeners have the same priority.
      listener("good", "", "priority=1\nresult_handler=supervisor.dispatchers:default_handler"),
      listener("failing", "fail-once", "priority=2"),
      listener("dying", "die-once", "priority=3\nautorestart=true"),
      listener("mad", "nonsense", "priority=4\nstopasgroup=true"),
      listener("pool", "slow", "priority=5\nprocess_name=%(program_name)s_%(process_num)d\nnumprocs=2"),
      listener("late", "late", "priority=6\nbuffer_size=2"),
    ].join("\n"),
  });

  spec(
    "is served as it behaves",
    [
      "listener READY, an event, RESULT OK",
      "listener FAIL: the event comes again",
      "listener death while BUSY: the event comes again",
      "listener nonsense: UNKNOWN, never served again",
      "listener a pool shares the events",
      "listener a full buffer drops the oldest",
      "option eventlistener events",
      "option eventlistener buffer_size",
      "option eventlistener result_handler",
    ],
    async () => {
      for (const name of ["good", "failing", "dying", "mad", "late", "pool:pool_0", "pool:pool_1"]) {
        await daemon().until(name, "RUNNING");
      }
      for (const number of [1, 2, 3, 4]) await daemon().call("sendRemoteCommEvent", "number", String(number));
      const numbers = (file: string) => recordedEvents(daemon(), file).map(({ payload }) => payload.split("\n")[1]);
      const until = (file: string, expected: readonly string[]) =>
        daemon().eventually(
          `${expected} in ${file}, which holds ${numbers(file)}`,
          () => numbers(file).length >= expected.length,
        );

      await until("0-good.events", ["1", "2", "3", "4"]);
      expect(numbers("0-good.events")).toEqual(["1", "2", "3", "4"]);
      const poolSerials = recordedEvents(daemon(), "0-good.events").map(({ header }) => Number(header["poolserial"]));
      expect(poolSerials).toEqual([0, 1, 2, 3].map((step) => step + (poolSerials[0] ?? 0)));

      for (const file of ["0-failing.events", "0-dying.events"]) {
        await until(file, ["1", "1", "2", "3", "4"]);
        const [first, second] = recordedEvents(daemon(), file);
        expect(second).toEqual(first);
        expect([...numbers(file)].sort()).toEqual(["1", "1", "2", "3", "4"]);
      }

      const pool = () => [numbers("0-pool.events"), numbers("1-pool.events")];
      await daemon().eventually("four events in the pool", () => pool().flat().length === 4);
      expect(pool().flat().sort()).toEqual(["1", "2", "3", "4"]);
      for (const share of pool()) expect(share).not.toEqual([]);

      daemon().write("0-late.events.go", "");
      await until("0-late.events", ["3", "4"]);
      expect(numbers("0-late.events")).toEqual(["3", "4"]);
      expect(daemon().read("main.log")).toMatch(/ERRO pool late event buffer overflowed, discarding event \d+/);

      expect(numbers("0-mad.events")).toEqual(["1"]);
      expect((await daemon().info("mad")).statename).toBe("RUNNING");
    },
  );
});

onBothDaemons("a listener that is configured wrongly", ({ kind, spec }) => {
  const refused = (lines: string) => refusal(kind, { programs: `[eventlistener:x]\ncommand=cat\n${lines}\n` });

  spec(
    "keeps the daemon from starting",
    [
      "option eventlistener events",
      "option eventlistener buffer_size",
      "option eventlistener redirect_stderr",
      "option eventlistener result_handler",
    ],
    async () => {
      expect(await refused("")).toContain('[eventlistener:x] section requires an "events" line');
      expect(await refused("events=NOSUCH")).toContain("Unknown event type NOSUCH in [eventlistener:x] events");
      expect(await refused("events=TICK_5\nbuffer_size=0")).toContain(
        "[eventlistener:x] section sets invalid buffer_size (0)",
      );
      expect(await refused("events=TICK_5\nredirect_stderr=true")).toContain(
        "[eventlistener:x] section sets redirect_stderr=true but this is not allowed",
      );
      expect(await refused("events=TICK_5\nresult_handler=nosuch:thing")).toContain(
        "nosuch:thing cannot be resolved within [eventlistener:x]",
      );
    },
  );
});
