/** Every process with its state, and what can be done with it. */
import { FAULTS } from "../xmlrpc/faults.ts";
import { isArray, isStruct, type XmlRpcStruct, type XmlRpcValue } from "../xmlrpc/value.ts";
import { type ActionName, actionOf, isAction } from "./actions.ts";
import { textOf } from "./calls.ts";
import { type Html, html } from "./html.ts";
import { page } from "./page.ts";

export interface StatusPage {
  /** What `getAllProcessInfo` answers. */
  readonly processes: XmlRpcValue;
  readonly identifier: string;
  readonly version: string;
  /** The query of the page's address: what the last button came to. */
  readonly query: URLSearchParams;
}

export function statusPage({ processes, identifier, version, query }: StatusPage): Html {
  const rows = isArray(processes) ? processes.filter(isStruct) : [];
  return page(
    `${identifier}: status`,
    html`<h1>Supervisor status: ${identifier}</h1>
${message(query, rows.map(namespec))}
<nav aria-label="Everything">
<a href="index.html">Refresh</a>
${form("", ["restartall", "stopall"])}
<a href="tail.html">Supervisor log</a>
${form("", ["clearmainlog"])}
</nav>
<main>
<table aria-label="Processes">
<thead><tr><th scope="col">State</th><th scope="col">Description</th><th scope="col">Name</th><th scope="col">Action</th></tr></thead>
<tbody>
${rows.map(row)}
</tbody>
</table>
${rows.length === 0 ? html`<p>No programs are configured.</p>` : html``}
</main>
<footer>Gateway Engine supervisord ${version}</footer>`,
  );
}

function row(process: XmlRpcStruct): Html {
  const name = namespec(process);
  const state = textOf(process["statename"]);
  const isUp = state === "RUNNING" || state === "STARTING" || state === "BACKOFF";
  const log = `tail.html?${new URLSearchParams({ processname: name })}`;
  return html`<tr>
<td class="state ${LOOKS[state] ?? "busy"}">${state}</td>
<td>${textOf(process["description"])}</td>
<th scope="row"><a href="${log}">${name}</a></th>
<td>${form(name, isUp ? ["restart", "stop", "clearlog"] : ["start", "clearlog"])}</td>
</tr>
`;
}

const LOOKS: Readonly<Record<string, string>> = {
  RUNNING: "good",
  FATAL: "bad",
  UNKNOWN: "bad",
  STOPPED: "",
  EXITED: "",
};

/** @param process empty: about everything */
function form(process: string, actions: readonly ActionName[]): Html {
  const about = process === "" ? html`` : html`<input type="hidden" name="processname" value="${process}">`;
  const buttons = actions.map((action) => {
    const { label } = actionOf(action);
    const spoken = process === "" ? html`` : html` aria-label="${label} ${process}"`;
    return html`<button name="action" value="${action}"${spoken}>${label}</button>`;
  });
  return html`<form method="post" action="index.html">${about}${buttons}</form>`;
}

/** Only words that we know are shown: a link from elsewhere must not put its own on this page. */
function message(query: URLSearchParams, names: readonly string[]): Html {
  const did = query.get("did");
  const process = query.get("to") ?? "";
  const outcome = query.get("outcome") ?? "";
  if (!isAction(did)) return html``;
  const { done, label, ofProcess } = actionOf(did);
  if (ofProcess && !names.includes(process)) return html``;
  const subject = ofProcess ? `${process} ` : "";
  if (outcome === "OK") return html`<p class="message" role="status">${subject}${done}.</p>`;
  if (!Object.hasOwn(FAULTS, outcome)) return html``;
  return html`<p class="message bad" role="alert">${subject}${label}: ERROR (${outcome})</p>`;
}

function namespec({ group, name }: XmlRpcStruct): string {
  return group === name ? textOf(name) : `${textOf(group)}:${textOf(name)}`;
}
