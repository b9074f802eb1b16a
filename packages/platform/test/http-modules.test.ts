import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

/** What Node itself has loaded after a program imported one of our ports. */
function modulesLoadedBy(port: string): readonly string[] {
  const url = new URL(`../dist/${port}.js`, import.meta.url).href;
  const script = `await import(${JSON.stringify(url)}); console.log(JSON.stringify(process.moduleLoadList))`;

  return JSON.parse(
    execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" }),
  ) as string[];
}

test.each(["http-server", "http-client"])("%s loads neither Node's second HTTP client nor TLS", (port) => {
  const loaded = modulesLoadedBy(port);
  expect(loaded).toContain("NativeModule http");
  expect(loaded.filter((name) => /undici|NativeModule (tls|https)$/.test(name))).toEqual([]);
});

test.each(["files", "random", "boot", "socket-path"])("%s does not load Node's cryptography", (port) => {
  expect(modulesLoadedBy(port).filter((name) => /NativeModule (internal\/)?crypto\b/.test(name))).toEqual([]);
});
