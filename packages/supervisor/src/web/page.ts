/** What every page has around its content. */
import { createHash } from "node:crypto";
import { Html, html } from "./html.ts";

export function page(title: string, content: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
${new Html(`<style>${STYLE}</style>`)}
</head>
<body>
${content}
</body>
</html>
`;
}

const STYLE = `
:root { color-scheme: light dark; --line: #8886; --good: #18794e; --bad: #c62828; --busy: #a15c00 }
@media (prefers-color-scheme: dark) { :root { --good: #5fd38d; --bad: #ff8a80; --busy: #ffc266 } }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 72rem; margin: 0 auto; padding: 1rem }
h1 { font-size: 1.4rem; margin: 0 0 1rem }
nav, form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: 0 }
nav { margin-bottom: 1rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid var(--line); vertical-align: middle }
thead th { font-size: .85rem }
tbody th { font-weight: 600 }
button { font: inherit; padding: .15rem .6rem }
.state { font-weight: 600 }
.good { color: var(--good) }
.bad { color: var(--bad) }
.busy { color: var(--busy) }
.message { border-left: .3rem solid var(--line); padding: .3rem .8rem }
pre { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid var(--line); padding: .8rem }
footer { margin-top: 1.5rem; font-size: .85rem }
`;

/** Nothing is loaded, no script runs, no other page can frame these, and forms go nowhere else. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  "Content-Type": "text/html; charset=utf-8",
  "Cache-Control": "no-store",
  "Content-Security-Policy": [
    "default-src 'none'",
    `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join("; "),
  "Referrer-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
};
