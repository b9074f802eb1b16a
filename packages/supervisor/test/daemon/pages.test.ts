/** The pages of the real daemon, asked for as a browser does. */
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SupervisedFolder } from "./gateway.ts";

const folder = new SupervisedFolder(`[program:web]
command=sh -c "echo '<b>bold</b>'; exec sleep 1000"
startsecs=0
stdout_logfile=$HERE/web.log

[program:slow]
command=sleep 1000
startsecs=0
stopsignal=CONT
stopwaitsecs=1
`);

beforeAll(async () => {
  await folder.start();
  await folder.until("web", "RUNNING");
  await folder.until("slow", "RUNNING");
});

afterAll(() => folder.stop());

const OWN = { Host: "box:9001", Origin: "http://box:9001" };

describe("the status page", () => {
  test.each(["/", "/index.html", "/?action=refresh"])("%s shows every process", async (path) => {
    const { status, body, headers } = await ask("GET", path);
    expect(status).toBe(200);
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(body).toContain('<a href="tail.html?processname=web">web</a>');
    expect(body).toMatch(/RUNNING<\/td>\n<td>pid \d+, uptime/);
  });

  test("a button acts, and leads back to what came of it", async () => {
    const stopped = await ask("POST", "/index.html", OWN, "processname=web&action=stop");
    expect(stopped.status).toBe(303);
    expect((await folder.info("web")).statename).toBe("STOPPED");
    expect((await ask("GET", `/${stopped.headers.location}`)).body).toContain("web was stopped.");
    const again = await ask("POST", "/index.html", OWN, "processname=web&action=stop");
    expect((await ask("GET", `/${again.headers.location}`)).body).toContain("web Stop: ERROR (NOT_RUNNING)");
    await ask("POST", "/index.html", OWN, "processname=web&action=restart");
    expect((await folder.info("web")).statename).toBe("RUNNING");
    expect((await ask("POST", "/index.html", OWN, "processname=web&action=explode")).status).toBe(400);
  });

  test("a button that waits holds nobody up", async () => {
    const stopping = ask("POST", "/index.html", OWN, "processname=slow&action=stop");
    await folder.until("slow", "STOPPING");
    expect((await ask("GET", "/")).body).toContain("STOPPING");
    expect((await stopping).status).toBe(303);
  });

  test.each([
    ["/index.html?action=stop&processname=web", {}, "GET", 405],
    ["/index.html", { Host: "box:9001", Origin: "http://evil.example" }, "POST", 403],
    ["/index.html", { Host: "box:9001", Origin: "null" }, "POST", 403],
    ["/index.html", { ...OWN, "Sec-Fetch-Site": "cross-site" }, "POST", 403],
    ["/index.html", { Host: "box:9001" }, "POST", 403],
    ["/RPC2", { Host: "box:9001", Origin: "http://evil.example" }, "POST", 403],
  ])("%s with %j by %s is refused: nobody's link or page stops a program", async (path, headers, method, status) => {
    const { pid } = await folder.until("web", "RUNNING");
    const body = "processname=web&action=stop";
    expect((await ask(method, path, headers, method === "POST" ? body : undefined)).status).toBe(status);
    expect((await folder.info("web")).pid).toBe(pid);
  });

  test("words from elsewhere are not shown", async () => {
    const { body } = await ask("GET", "/?did=stop&to=<script>alert(1)</script>&outcome=OK&message=call+0800");
    expect(body).not.toContain("alert");
    expect(body).not.toContain("0800");
  });
});

describe("the page of a log", () => {
  test("shows the end of it, as text", async () => {
    await folder.until("web", "RUNNING");
    const { body } = await ask("GET", "/tail.html?processname=web&limit=20");
    expect(body).toContain("&#60;b&#62;bold&#60;/b&#62;");
    expect((await ask("GET", "/tail.html?processname=web&limit=5")).body).toContain("<pre>&#60;/b&#62;\n</pre>");
    expect((await ask("GET", "/tail.html?limit=100000")).body).toContain("spawned: &#39;web&#39; with pid");
  });

  test("says when there is no such process", async () => {
    const { status, body } = await ask("GET", "/tail.html?processname=nope");
    expect(status).toBe(404);
    expect(body).toContain("There is no such process.");
  });
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

function ask(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  form?: string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath: folder.file("s.sock"), method, path, headers }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => {
        body += text;
      });
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body }));
    });
    asked.once("error", reject);
    if (form !== undefined) asked.setHeader("Content-Type", "application/x-www-form-urlencoded");
    asked.end(form);
  });
}
