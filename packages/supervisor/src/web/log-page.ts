/** The end of a log. */
import { type Html, html } from "./html.ts";
import { page } from "./page.ts";

export interface LogPage {
  /** Empty: supervisord's own log. */
  readonly process: string;
  readonly channel: "stdout" | "stderr";
  /** Bytes. */
  readonly limit: number;
  readonly text: string;
}

export function logPage({ process, channel, limit, text }: LogPage): Html {
  const address = (changes: Readonly<Record<string, string>>) => {
    const about: Readonly<Record<string, string>> = process === "" ? {} : { processname: process, channel };
    return `tail.html?${new URLSearchParams({ ...about, limit: String(limit), ...changes })}`;
  };
  const other = channel === "stdout" ? "stderr" : "stdout";
  const title = process === "" ? "supervisord" : `${process} ${channel}`;
  return page(
    `Log of ${title}`,
    html`<h1>Log of ${title}</h1>
<nav>
<a href="index.html">Status</a>
<a href="${address({})}">Refresh</a>
<a href="${address({ limit: String(limit * 4) })}">Show more</a>
${process === "" ? html`` : html`<a href="${address({ channel: other })}">Show ${other}</a>`}
</nav>
<main><pre>${text}</pre></main>`,
  );
}
