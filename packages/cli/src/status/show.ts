/** The screen of `gwe status`. Pure. */
import type { AppStatus, InstallSummary } from "@gateway-engine/protocol/local-control";
import { formatDuration, formatSize } from "../figures.ts";
import type { Paint } from "../paint.ts";
import { tableLines, timeOf } from "../printing.ts";
import type { GatewayState, Room } from "./gateway-state.ts";
import type { Trouble } from "./judge.ts";

export function statusLines(state: GatewayState, troubles: readonly Trouble[], paint: Paint): readonly string[] {
  const facts = factsOf(state).flatMap(([title, values]) =>
    values.map((value, index) => `${paint("dim", (index === 0 ? title : "").padEnd(TITLE_COLUMN))}${value}`),
  );
  return [
    ...facts,
    ...section("applications", appLines(state.apps), paint),
    ...section("being installed", state.installing.map(installLine), paint),
    ...verdictLines(troubles, paint),
  ];
}

const TITLE_COLUMN = 12;

function factsOf(state: GatewayState): readonly (readonly [title: string, values: readonly string[]])[] {
  const { engine, programs } = state;
  return [
    ["gateway", [identityText(state)]],
    ["server", [serverText(state)]],
    ["engine", [engine === null ? "does not run" : `gwe ${engine.version}, process ${engine.pid}`]],
    ["supervisor", [programs === null ? "does not run" : `runs, ${programs.length} programs`]],
    ["queue", [queueText(state)]],
    ["clock", [clockText(state)]],
    ["network", networkTexts(state)],
    ["disk", [roomText(state.disk)]],
    ["memory", [roomText(state.memory)]],
    ["trust", [trustText(state)]],
  ];
}

function identityText({ identity: { vendor, uuid }, activated }: GatewayState): string {
  const who = `${vendor || "no product"}, ${uuid || "no serial number yet"}`;
  return `${who}, ${activated ? "activated" : "not activated"}`;
}

function serverText({ at, server, serverAnsweredAt }: GatewayState): string {
  if (server === "") return "not known yet";
  if (serverAnsweredAt === null) return `${server}, no answer yet`;
  return `${server}, answered ${ago(at - serverAnsweredAt)} ago`;
}

function queueText({ at, queue }: GatewayState): string {
  if (queue === null) return "gmq does not run";
  if (queue.queued === 0) return "nothing waits";
  const oldest = queue.oldestAt === null ? "" : `, the oldest for ${ago(at - queue.oldestAt)}`;
  return `${queue.queued} messages wait${oldest}`;
}

function clockText({ at, clock: { sane, synchronised } }: GatewayState): string {
  const state = synchronised === null ? "" : synchronised ? ", synchronised" : ", not synchronised";
  return `${timeOf(at)}${sane ? state : ", which cannot be right"}`;
}

function networkTexts({ interfaces }: GatewayState): readonly string[] {
  const width = Math.max(0, ...interfaces.map(({ name }) => name.length));
  const texts = interfaces.map(
    ({ name, addresses }) => `${name.padEnd(width)}  ${addresses.join(", ") || "no address"}`,
  );
  return texts.length === 0 ? ["no interface"] : texts;
}

function roomText(room: Room | null): string {
  return room === null ? "not known" : `${formatSize(room.available, room.total)} free`;
}

function trustText({ trust }: GatewayState): string {
  if (trust === null) return "cannot be read";
  const { keys, threshold, required } = trust;
  const who = keys === 0 ? "no key is trusted" : `${threshold} of ${keys} keys must sign`;
  return `${who}; packages without a signature are ${required ? "refused" : "taken"}`;
}

function appLines(apps: readonly AppStatus[]): readonly string[] {
  const rows = apps.map(({ name, version, state, since, ordered }) => {
    const order = ordered === null ? "" : `${ordered.verb} ${ordered.name} (${ordered.state})`;
    return [name, version ?? "-", state, since === null ? "-" : `since ${timeOf(since)}`, order];
  });
  return tableLines(rows);
}

function installLine({ name, state, progress }: InstallSummary): string {
  if (progress === undefined) return `${name}: ${state}`;
  const left = progress.secondsLeft === null ? "" : `, ${formatDuration(progress.secondsLeft)} left`;
  return `${name}: ${state}, ${formatSize(progress.received, progress.total)}${left}`;
}

function section(title: string, lines: readonly string[], paint: Paint): readonly string[] {
  return lines.length === 0 ? [] : ["", paint("dim", title), ...lines.map((line) => `  ${line}`)];
}

function verdictLines(troubles: readonly Trouble[], paint: Paint): readonly string[] {
  if (troubles.length === 0) return ["", paint("green", "all is well")];
  const lines = troubles.flatMap(({ what, mend }) => [`  ${paint("red", what)}`, `    -> ${mend}`]);
  return ["", paint("bold", "what is wrong, and what to do"), ...lines];
}

function ago(ms: number): string {
  return formatDuration(Math.max(0, Math.round(ms / 1000)));
}
